"""Progress of a sweep from what the command says on standard error."""

from __future__ import annotations

import re
import sys
import warnings
from importlib import import_module
from typing import Any

from lorank._process import Progress

# A line of progress begins with its time; the end of a trial has "(2 of 12, about 1:30 left)".
_timed = re.compile(r"^\d{4}-\d\d-\d\dT[\d:.]+Z (?P<words>.*)$")
_done = re.compile(r"\((?P<done>\d+) of (?P<total>\d+)[,)]")


class _Lines(Progress):
    """Lines as the command prints them."""

    def line(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)


class _Bar(Progress):
    """Bar of trials, with the last words beside it. Remarks stand above it."""

    def __init__(self, tqdm: Any) -> None:
        self._tqdm = tqdm
        self._bar: Any = None

    def line(self, text: str) -> None:
        timed = _timed.match(text)
        if timed is None:
            self._tqdm.write(text, file=sys.stderr)
            return
        if self._bar is None:
            self._bar = self._tqdm(unit="trial", desc="sweep", leave=True)
        done = _done.search(text)
        if done is not None:
            self._bar.total, self._bar.n = int(done["total"]), int(done["done"])
        self._bar.set_postfix_str(timed["words"])

    def end(self) -> None:
        if self._bar is not None:
            self._bar.close()


def bar() -> Progress:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # A notebook without ipywidgets gets a bar of text.
            tqdm = import_module("tqdm.auto").tqdm
    except ImportError:
        return _Lines()
    return _Bar(tqdm)
