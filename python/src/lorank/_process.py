"""The command line as a process: what it prints, and how an interrupt reaches it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from queue import Empty, Queue
from threading import Thread
from typing import IO, Any

from lorank._program import command, environment

_is_posix = os.name == "posix"

# A process that ends another when this one is gone: a notebook's kernel that is restarted leaves no sweep behind.
_watcher = "import os, sys\nif not sys.stdin.buffer.read(1): os.kill(int(sys.argv[1]), 15)"


class Progress:
    """What becomes of the lines on standard error. This one keeps silent."""

    def line(self, text: str) -> None:
        """Shows a line, without its end."""

    def end(self) -> None:
        """Takes the progress away."""


@dataclass(frozen=True)
class Ended:
    """Outcome of a command."""

    code: int
    text: str
    remarks: str

    @property
    def document(self) -> Any:
        return json.loads(self.text) if self.text.strip() else None

    def without(self, folder: str) -> Ended:
        """The same, with files of a folder named without it."""
        quoted = json.dumps(folder)[1:-1]
        return replace(self, text=self.text.replace(quoted, ""), remarks=self.remarks.replace(folder, ""))


def run(words: list[str], given: str | None, progress: Progress) -> Ended:
    """Runs the command line. An interrupt is passed on and then waited for, so that a sweep is saved."""
    # A group of its own: Jupyter interrupts the whole group of its kernel, and a second interrupt ends a sweep at once.
    process = subprocess.Popen(
        [*command(), *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        encoding="utf-8",
        errors="replace",
        start_new_session=_is_posix,
    )
    assert process.stdin and process.stdout and process.stderr
    printed: list[str | None] = []
    remarks: list[str] = []
    lines: Queue[str | None] = Queue()
    threads = [
        Thread(target=_write, args=(process.stdin, given), daemon=True),
        Thread(target=_read, args=(process.stdout, printed.append), daemon=True),
        Thread(target=_read, args=(process.stderr, lines.put), daemon=True),
    ]
    for thread in threads:
        thread.start()
    with _watcher_of(process.pid):
        while True:
            try:
                # Windows interrupts no wait without an end.
                line = lines.get(timeout=0.2)
                if line is None:
                    break
                remarks.append(line)
                progress.line(line.rstrip("\n"))
            except Empty:
                continue
            except KeyboardInterrupt:
                _interrupt(process)
        code = process.wait()
    progress.end()
    for thread in threads:
        thread.join()
    return Ended(code, "".join(line for line in printed if line is not None), "".join(remarks))


def _interrupt(process: subprocess.Popen[str]) -> None:
    if _is_posix:
        process.send_signal(signal.SIGINT)
    else:
        process.terminate()  # Windows passes no interrupt to another process; trials that are done are kept


def _write(stream: IO[str], text: str | None) -> None:
    try:
        stream.write(text or "")
        stream.close()
    except OSError:
        pass  # The program has ended, or reads nothing.


def _read(stream: IO[str], take: Callable[[str | None], object]) -> None:
    for line in stream:
        take(line)
    take(None)


@contextmanager
def _watcher_of(pid: int) -> Generator[None, None, None]:
    if not _is_posix:
        yield
        return
    words = [sys.executable, "-I", "-S", "-c", _watcher, str(pid)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, start_new_session=True) as watcher:
        yield
        watcher.communicate(b"0")
