"""Documents of the command line as objects: the base of the generated classes, and their making."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from keyword import iskeyword
from textwrap import shorten
from types import UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints


@dataclass(frozen=True, kw_only=True)
class Document:
    """Part of a command's JSON document. Members of later versions stand in `document` alone."""

    @property
    def document(self) -> Mapping[str, Any]:
        """The JSON object that this was made from; empty if it was made by hand."""
        return cast("Mapping[str, Any]", self.__dict__.get("_document", {}))

    def __str__(self) -> str:
        names = [one.name for one in fields(self) if getattr(self, one.name) is not None]
        width = max(map(len, names), default=0)
        lines = [f"  {name:{width}}  {_brief(getattr(self, name))}" for name in names]
        return "\n".join([type(self).__name__, *lines])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """What IPython and notebooks show."""
        printer.text(type(self).__name__ if cycle else str(self))


def _brief(value: object) -> str:
    if isinstance(value, Document):
        return f"{type(value).__name__}(…)"
    if isinstance(value, tuple):
        items = cast("tuple[object, ...]", value)
        if any(isinstance(item, Document) for item in items):
            return f"{len(items)} of {type(items[0]).__name__}"
        return shorten(repr(items), 300, placeholder=" …")
    return value if isinstance(value, str) else shorten(f"{value!r}", 300, placeholder=" …")


def made(kinds: Sequence[type[Document]], value: object) -> Document:
    """Object of the class, among several, that a JSON document fits best."""
    return cast("Document", _decoded(_chosen(kinds, value), value))


def snake(key: str) -> str:
    """Python's name of a JSON key: `logLoss` and `log-loss` are `log_loss`, `from` is `from_`."""
    name = re.sub(r"[^A-Za-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key)).lower()
    return f"{name}_" if iskeyword(name) else name


def _decoded(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return _decoded(_chosen(get_args(kind), value), value)
    if origin is tuple and isinstance(value, list):
        items = cast(Sequence[Any], value)
        first, *rest = get_args(kind)
        each = [first] * len(items) if rest == [...] else [first, *rest]
        return tuple(_decoded(one, item) for one, item in zip(each, items))
    if isinstance(value, dict) and (origin is Mapping or _is_document(kind)):
        members = cast("dict[str, Any]", value)
        if origin is not Mapping:
            return _object(kind, members)
        return {key: _decoded(get_args(kind)[1], item) for key, item in members.items()}
    return cast("object", value)


def _object(kind: type[Document], members: dict[str, Any]) -> Document:
    hints = _hints(kind)
    known = {snake(key): item for key, item in members.items() if snake(key) in hints}
    result = kind(**{name: _decoded(hints[name], item) for name, item in known.items()})
    object.__setattr__(result, "_document", members)
    return result


def _chosen(kinds: Sequence[Any], value: Any) -> Any:
    """Member of a union for a JSON value: of objects, the one whose members fit and that knows the most."""
    if isinstance(value, dict):
        names = {snake(key): item for key, item in cast("dict[str, Any]", value).items()}
        documents = [kind for kind in kinds if _is_document(kind)]
        if documents:
            return max(documents, key=lambda kind: _fit(kind, names))
    wanted = tuple if isinstance(value, list) else Mapping if isinstance(value, dict) else None
    return next((kind for kind in kinds if wanted is not None and get_origin(kind) is wanted), Any)


def _fit(kind: type[Document], names: Mapping[str, Any]) -> tuple[bool, int]:
    hints = _hints(kind)
    required = [one.name for one in fields(kind) if one.default is MISSING]
    wrong = [
        name
        for name, hint in hints.items()
        if name in names and get_origin(hint) is Literal and names[name] not in get_args(hint)
    ]
    fits = not wrong and all(name in names for name in required)
    return fits, sum(name in hints for name in names)


def _is_document(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Document)


def _hints(kind: type[Document]) -> dict[str, Any]:
    """Types of a class's members by name, evaluated once."""
    if kind not in _known_hints:
        names = {one.name for one in fields(kind)}
        _known_hints[kind] = {
            name: hint for name, hint in get_type_hints(kind).items() if name in names
        }
    return _known_hints[kind]


_known_hints: dict[object, dict[str, Any]] = {}
