"""A call of the command line: settings to words, the document to an object, a failure to an exception."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path as FilePath
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias, cast

from lorank._document import Document, made
from lorank._frames import Frame, csv_of, is_frame
from lorank._process import Ended, Progress, run
from lorank._progress import bar
from lorank._report import Report
from lorank.documents import (
    FailedSweepDocument,
    InterruptedSweepDocument,
    ReportDocument,
)
from lorank.errors import (
    EndedError,
    FailedTrialsError,
    InconclusiveError,
    InputError,
    InterruptedSweepError,
    LorankError,
)

Path: TypeAlias = str | os.PathLike[str]
Source: TypeAlias = Path | Frame

Settings: TypeAlias = Mapping[str, object]

# Settings that are too large for a command line; the program reads them from a file alone.
_in_files = ("arms", "trainer")
# Flags that are given once for each value.
_repeated = ("where", "by")

# Exit codes that are exceptions of their own: with a code, and the documents that they end with beside the usual ones.
_stopped = (InterruptedSweepError, "E_STOPPED", (InterruptedSweepDocument,))
_ended: Mapping[int, tuple[type[EndedError], str, Sequence[type[Document]]]] = {
    3: (FailedTrialsError, "E_TRIALS_FAILED", (FailedSweepDocument,)),
    4: (InconclusiveError, "E_INCONCLUSIVE", ()),
    **dict.fromkeys((75, 129, 130, 143), _stopped),
}


def paths(value: Path | Sequence[Path] | None) -> list[object]:
    if value is None:
        return []
    return [value] if isinstance(value, (str, os.PathLike)) else list(value)


def sources(value: Source | Sequence[Source] | Sequence[float]) -> list[object]:
    """Words for results; scores such as `[0.81, 0.83]` are one word."""
    if isinstance(value, (str, os.PathLike)) or is_frame(value):
        return [value]
    items = list(cast("Sequence[object]", value))
    if items and all(isinstance(item, (int, float)) for item in items):
        return [",".join(map(_text, items))]
    return items


def call(
    command: str,
    arguments: Sequence[object],
    settings: Settings,
    *kinds: type[Document],
    progress: bool = False,
    quiet: bool = False,
) -> Document:
    """Runs a command and makes its document an object of one of `kinds`.

    :raises LorankError: and its subclasses, as the exit code says
    """
    with TemporaryDirectory(prefix="lorank-") as folder:
        words, given = _words(command, arguments, {**settings, "quiet": quiet or None}, folder)
        shown: Progress = bar() if progress and not quiet else Progress()
        ended = run(words, given, shown).without(folder + os.sep)
    if ended.code == 0:
        if not progress:
            sys.stderr.write(ended.remarks)
        return made(kinds, ended.document)
    raise _error(ended, kinds)


def report_of(arguments: Sequence[object], settings: Settings, *, quiet: bool = False) -> Report:
    """Runs `lorank report`. Without a file to write, nothing is left on the disk."""
    with TemporaryDirectory(prefix="lorank-") as folder:
        out = cast("Path | None", settings.get("out"))
        file = FilePath(folder, "report.html") if out is None else FilePath(out)
        written = call("report", arguments, {**settings, "out": file}, ReportDocument, quiet=quiet)
        html = file.read_text(encoding="utf-8")
    return Report(html=html, verdict=cast(ReportDocument, written).verdict, path=None if out is None else file)


def _words(
    command: str, arguments: Sequence[object], settings: Settings, folder: str
) -> tuple[list[str], str | None]:
    """Words of a command line, and what the program reads on standard input."""
    given: str | None = None

    def placed(value: object) -> object:
        if not is_frame(value):
            return value
        names = len(os.listdir(folder))
        file = FilePath(folder, f"frame{names + 1 if names else ''}.csv")
        file.write_text(csv_of(value), encoding="utf-8", newline="\n")
        return file

    words = [_text(placed(one)) for one in arguments]
    flags: list[str] = []
    in_file = {key: settings[key] for key in _in_files if settings.get(key) is not None}
    if in_file:
        if words:
            raise InputError(f"{', '.join(in_file)} must stand in {words[0]}, got both", code="E_CONFIG", exit_code=2)
        given, words = json.dumps(in_file, default=_text), ["-"]
    for key, value in settings.items():
        if value is None or key in in_file:
            continue
        if key == "data" and is_frame(value):
            # A sweep that is resumed gets its texts in the way it got them at first.
            if given is not None:
                raise InputError("data must be a file beside a trainer or arms, got a frame", code="E_CONFIG", exit_code=2)
            given, value = csv_of(value), "-"
        if isinstance(value, bool):
            flags.append(f"--{key}" if value else f"--no-{key}")
        elif key in _repeated and not isinstance(value, str):
            flags += [f"--{key}={_text(one)}" for one in cast("Sequence[object]", value)]
        else:
            flags.append(f"--{key}={_text(placed(value))}")
    return [command, *flags, "--json", "--", *words], given


def _text(value: Any) -> str:
    """Text of a setting's value. A comma after a single item tells a list from a number."""
    if isinstance(value, (str, os.PathLike)):
        return os.fsdecode(cast("Path", value))
    if isinstance(value, (list, tuple, range)):
        items = [_text(item) for item in cast("Sequence[object]", value)]
        return f"{items[0]}," if len(items) == 1 else ",".join(items)
    return _text(value.item()) if hasattr(value, "item") else str(value)


def _error(ended: Ended, kinds: Sequence[type[Document]]) -> LorankError:
    exit_code = ended.code
    document = cast("dict[str, Any]", ended.document or {})
    facts = cast("dict[str, str]", document.get("error", {}))
    message = facts.get("message") or _words_on(exit_code, document) or ended.remarks.strip()
    if exit_code in _ended or exit_code < 0:
        kind, code, results = _ended.get(exit_code, _stopped)
        result = made([*results, *kinds], document) if document and not facts else None
        return kind(message, result, code=facts.get("code", code), exit_code=exit_code)
    error = InputError if exit_code == 2 else LorankError
    code = facts.get("code", "E_UNEXPECTED")
    return error(message, code=code, field=facts.get("field"), exit_code=exit_code)


def _words_on(exit_code: int, document: Mapping[str, Any]) -> str | None:
    if exit_code == 3:
        failures = cast("Mapping[str, str]", document.get("messages", {}))
        return "\n".join(["trials have no result", *(f"{trial}: {text}" for trial, text in failures.items())])
    if exit_code == 4:
        return "the verdict is inconclusive"
    return "stopped; the same call resumes it" if exit_code in _ended else None
