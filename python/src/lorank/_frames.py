"""Frames of pandas and polars, and rows as mappings, written as CSV. Neither library is imported."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, time
from io import StringIO
from typing import Any, Protocol, TypeAlias, TypeGuard, cast


class PandasFrame(Protocol):
    """pandas.DataFrame."""

    @property
    def columns(self) -> Any: ...
    @property
    def itertuples(self) -> Callable[..., Any]: ...


class PolarsFrame(Protocol):
    """polars.DataFrame."""

    @property
    def columns(self) -> Any: ...
    @property
    def iter_rows(self) -> Callable[..., Any]: ...


class LazyFrame(Protocol):
    """polars.LazyFrame, collected when it is read."""

    @property
    def collect(self) -> Callable[..., Any]: ...


Frame: TypeAlias = PandasFrame | PolarsFrame | LazyFrame | Sequence[Mapping[str, Any]]


def is_frame(value: object) -> TypeGuard[Frame]:
    if isinstance(value, (list, tuple)):
        items = cast("Sequence[object]", value)
        return len(items) > 0 and all(isinstance(item, Mapping) for item in items)
    return any(hasattr(value, name) for name in ("itertuples", "iter_rows", "collect"))


def csv_of(frame: Frame) -> str:
    """CSV of a frame: numbers exact, missing values empty, named levels of an index as columns."""
    names, rows = _table(frame)
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    # A row of a single empty cell is quoted by the writer, and no blank line.
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _table(frame: Any) -> tuple[list[str], Iterable[Iterable[object]]]:
    if isinstance(frame, (list, tuple)):
        dicts = cast("Sequence[Mapping[str, object]]", frame)
        names = list(dict.fromkeys(name for one in dicts for name in one))
        return names, ([one.get(name) for name in names] for one in dicts)
    if hasattr(frame, "collect"):
        frame = frame.collect()
    if hasattr(frame, "iter_rows"):
        return list(frame.columns), frame.iter_rows()
    levels = [name for name in frame.index.names if name is not None and name not in frame.columns]
    unnamed = [place for place, name in enumerate(frame.index.names) if name not in levels]
    if levels:
        frame = frame.reset_index(level=unnamed, drop=True) if unnamed else frame
        frame = frame.reset_index()
    if getattr(frame.columns, "nlevels", 1) > 1:
        raise ValueError("the frame's columns must have one level, got a MultiIndex")
    return [str(name) for name in frame.columns], frame.itertuples(index=False, name=None)


def _cell(value: Any) -> str:
    """Text of a value: whole floats as integers, since a missing value turns a column of integers into floats."""
    if hasattr(value, "item"):
        value = value.item()
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else str(value)
