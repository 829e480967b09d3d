"""Sweeps: progress, an interrupt, failures. The trainer is a script that trains nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

import lorank
from lorank import _progress
from lorank.documents import FailedSweepDocument, FinishedSweepDocument

script = """
import os, random, sys, time
rank, seed, out = int(os.environ["LORANK_RANK"]), int(os.environ["LORANK_SEED"]), os.environ["LORANK_OUT"]
open("started", "w").close()
if os.path.exists("fail") and rank == 8: sys.exit("no such layer")
while os.path.exists("wait"): time.sleep(0.05)
draw = random.Random(seed)
with open(f"{out}/outcomes.csv", "w") as file:
    file.write("example,correct\\n")
    file.writelines(f"{one},{int(draw.random() < 0.8)}\\n" for one in range(100))
"""


def sweep(**more: Any) -> Any:
    Path("train.py").write_text(script)
    settings: dict[str, Any] = {"ranks": [4, 8], "seeds": 2, "out": "out", "margin": 0.05, **more}
    return lorank.sweep(trainer={"command": [sys.executable, "train.py"]}, **settings)


class Bars:
    """Stands for tqdm's class, and keeps what is shown."""

    def __init__(self) -> None:
        self.total, self.n = 0, 0
        self.words: list[str] = []
        self.closed = False

    def __call__(self, **_: Any) -> Bars:
        return self

    def write(self, text: str, file: Any) -> None:
        print(text, file=file)

    def set_postfix_str(self, words: str) -> None:
        self.words.append(words)

    def close(self) -> None:
        self.closed = True


def test_a_sweep_shows_its_trials_on_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    bars = Bars()
    monkeypatch.setattr("lorank._call.bar", lambda: _progress._Bar(bars))  # pyright: ignore[reportPrivateUsage]
    result = sweep()
    assert isinstance(result, FinishedSweepDocument)
    assert (result.trials, [one.rank for one in result.ranks]) == (4, [4, 8])
    assert (bars.total, bars.n, bars.closed) == (4, 4, True)
    assert bars.words[0] == "rank 4, seed 1: started"
    assert Path("out/results.json").exists()


lines = [
    "Checked 2 trials.",
    "2026-12-01T10:00:00.000Z rank 4, seed 1: started",
    "2026-12-01T10:00:01.000Z rank 4, seed 1: done in 1 s, accuracy 0.8 (1 of 2, about 1.0 s left)",
]


def test_without_tqdm_the_lines_are_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    shown = _progress.bar()
    for line in lines:
        shown.line(line)
    assert capsys.readouterr().err.splitlines() == lines


def test_tqdm_draws_the_bar_and_remarks_stand_above(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("tqdm", reason="tqdm is not installed")
    shown = _progress.bar()
    for line in lines:
        shown.line(line)
    shown.end()
    drawn = capsys.readouterr().err
    assert drawn.startswith("Checked 2 trials.\n")
    assert "1/2" in drawn and "done in 1 s" in drawn and "10:00" not in drawn


def when_started(act: Any) -> Thread:
    """Acts once the first trial runs."""

    def wait() -> None:
        deadline = time.monotonic() + 60
        while not Path("started").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        act()

    thread = Thread(target=wait, daemon=True)
    thread.start()
    return thread


@pytest.mark.skipif(os.name != "posix", reason="Windows passes no interrupt to another process")
def test_an_interrupt_of_the_kernels_group_stops_a_sweep_so_that_it_can_be_resumed() -> None:
    Path("wait").touch()
    Path("train.py").write_text(script)
    code = """
import lorank, sys
try:
    lorank.sweep(trainer={"command": [sys.executable, "train.py"]}, ranks=[4, 8], seeds=2, out="out", margin=0.05, jobs=1)
except KeyboardInterrupt as error:
    print(type(error).__name__, error.code, error.exit_code, error.result.resume)
"""
    # Jupyter interrupts the group.
    kernel = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    )
    when_started(lambda: os.killpg(kernel.pid, signal.SIGINT))
    printed, _ = kernel.communicate()
    assert printed == "InterruptedSweepError E_STOPPED 75 lorank sweep --out out\n"
    Path("wait").unlink()
    result = sweep(jobs=1)
    assert isinstance(result, FinishedSweepDocument)
    assert result.trials == 4


@pytest.mark.skipif(os.name != "posix", reason="Windows ends a process's children otherwise")
def test_a_kernel_that_is_killed_leaves_no_sweep_behind() -> None:
    Path("wait").touch()
    Path("train.py").write_text(script)
    code = "import lorank, sys; lorank.sweep(trainer={'command': [sys.executable, 'train.py']}, ranks=[4], seeds=1, out='out')"
    kernel = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    when_started(kernel.kill).join()
    kernel.wait()
    deadline = time.monotonic() + 20
    while running() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert running() == []


def running() -> list[str]:
    """Processes whose working directory is the test's."""
    here = os.getcwd()
    found: list[str] = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if process.name != str(os.getpid()) and os.readlink(process / "cwd") == here:
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def test_failed_trials_are_an_error_with_the_document() -> None:
    Path("fail").touch()
    with pytest.raises(lorank.FailedTrialsError, match="no such layer") as raised:
        sweep(max_attempts=1, seeds=1)
    assert isinstance(raised.value.result, (FailedSweepDocument, FinishedSweepDocument))
    assert raised.value.result.failed
    assert raised.value.exit_code == 3
    Path("fail").unlink()
    assert sweep(max_attempts=1, seeds=1).trials == 2
