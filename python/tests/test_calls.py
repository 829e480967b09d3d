"""The functions on the real command line."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import lorank
from lorank._call import _words  # pyright: ignore[reportPrivateUsage]
from lorank._frames import csv_of
from lorank.documents import AnsweredPlan, InterruptedSweepDocument, OneModelDocument, VerdictDocument, VerdictDocumentByArm

draw = random.Random(1)
outcomes: list[dict[str, Any]] = [
    {"rank": rank, "seed": seed, "example": example, "correct": draw.random() < 0.8, "logLoss": draw.random()}
    for rank in (4, 8)
    for seed in (1, 2, 3)
    for example in range(40)
]
runs = [
    {"rank": rank, "seed": seed, "f1": round(0.8 + draw.random() / 100, 4)}
    for rank in (4, 8, 16)
    for seed in (1, 2, 3)
]


def terminal(*words: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    program = json.loads(os.environ["LORANK_PROGRAM"])
    return subprocess.run([*program, *words], input=given, capture_output=True, text=True, encoding="utf-8")


def words_of(arguments: list[object], settings: dict[str, object], folder: Path) -> tuple[list[str], str | None]:
    return _words("sweep", arguments, settings, str(folder))


def test_settings_become_flags(folder: Path) -> None:
    settings: dict[str, object] = {
        "ranks": [4, 16],
        "seeds": [3],
        "margin": 0.01,
        "robustness": True,
        "portable": False,
        "out": Path("o"),
        "where": ["task=qnli", "n=5,000"],
        "max-length": None,
    }
    flags = "--ranks=4,16 --seeds=3, --margin=0.01 --robustness --no-portable --out=o --where=task=qnli --where=n=5,000"
    assert words_of(["-odd.yaml"], settings, folder) == (
        ["sweep", *flags.split(), "--json", "--", "-odd.yaml"],
        None,
    )


def test_a_trainer_goes_to_standard_input_as_a_file(folder: Path) -> None:
    trainer = {"command": ["python", Path("train.py"), 3]}
    words, given = words_of([], {"trainer": trainer, "ranks": [4, 8]}, folder)
    assert words == ["sweep", "--ranks=4,8", "--json", "--", "-"]
    assert json.loads(given or "") == {"trainer": {"command": ["python", "train.py", 3]}}
    with pytest.raises(lorank.InputError, match="^trainer must stand in sweep.yaml, got both$"):
        words_of(["sweep.yaml"], {"trainer": trainer}, folder)


def test_a_frame_of_texts_goes_to_standard_input(folder: Path) -> None:
    texts = [{"text": "hello", "label": "a"}]
    words, given = words_of([], {"data": texts}, folder)
    assert (words, given) == (["sweep", "--data=-", "--json", "--"], csv_of(texts))
    with pytest.raises(lorank.InputError, match="^data must be a file beside a trainer"):
        words_of([], {"data": texts, "trainer": {}}, folder)


def test_a_verdict_is_the_terminals_document(folder: Path) -> None:
    Path("outcomes.csv").write_text(csv_of(outcomes))
    verdict = lorank.verdict("outcomes.csv", margin=0.02, confidence=0.9)
    printed = terminal("verdict", "outcomes.csv", "--margin", "0.02", "--confidence", "0.9", "--json").stdout
    assert isinstance(verdict, VerdictDocument)
    assert verdict.document == json.loads(printed)
    assert (verdict.margin, verdict.confidence, verdict.seeds, verdict.examples) == (0.02, 0.9, 3, 40)
    assert lorank.verdict(outcomes, margin=0.02, confidence=0.9).ranks == verdict.ranks


def test_a_pandas_frame_gives_the_verdict_of_its_rows() -> None:
    pandas: Any = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = pandas.DataFrame(outcomes).set_index(["rank", "seed"])
    assert lorank.verdict(frame) == lorank.verdict(outcomes)


def test_a_polars_frame_gives_the_verdict_of_its_rows() -> None:
    polars: Any = pytest.importorskip("polars", reason="polars is not installed")
    assert lorank.verdict(polars.DataFrame(runs), metric="f1", margin=0.01) == lorank.verdict(
        runs, metric="f1", margin=0.01
    )


def test_remarks_stand_on_standard_error_unless_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    lorank.verdict(runs, metric="f1", margin=0.01)
    assert capsys.readouterr().err == "Read 9 runs of frame.csv: f1 by rank and seed.\n"
    lorank.verdict(runs, metric="f1", margin=0.01, quiet=True)
    assert capsys.readouterr() == ("", "")


def test_arms_have_classes_of_their_own() -> None:
    models = [{"model": f"m{one['rank']}", "seed": one["seed"], "f1": one["f1"]} for one in runs]
    verdict = lorank.verdict(models, metric="f1", margin=0.01, by=["model"])
    assert isinstance(verdict, VerdictDocumentByArm)
    assert {one.arm for one in verdict.arms} == {"m4", "m8", "m16"}


@pytest.mark.parametrize(
    ("call", "words", "code", "field"),
    [
        (lambda: lorank.verdict(outcomes, margin=-1), ["--margin", "-1"], "E_CONFIG", "--margin"),
        (lambda: lorank.verdict(outcomes, metric="recall"), ["--metric", "recall"], "E_CONFIG", "--metric"),
    ],
)
def test_an_error_has_the_terminals_message(call: Any, words: list[str], code: str, field: str) -> None:
    with pytest.raises(lorank.InputError) as raised:
        call()
    error = raised.value
    shown = terminal("verdict", "-", *words, given=csv_of(outcomes))
    assert (f"error: {error}\n", error.exit_code) == (shown.stderr, shown.returncode)
    assert (error.code, error.field) == (code, field)
    assert isinstance(error, (lorank.LorankError, ValueError))


def test_an_error_names_a_frames_lines() -> None:
    with pytest.raises(lorank.InputError, match=r"^frame.csv has 1 problem:\n  line 2: correct must be") as raised:
        lorank.verdict([{"rank": 4, "seed": 1, "example": "a", "correct": "perhaps"}])
    assert raised.value.code == "E_OUTCOMES"


def test_an_inconclusive_verdict_is_an_error_where_asked_for() -> None:
    with pytest.raises(lorank.InconclusiveError) as raised:
        lorank.verdict(outcomes, margin=0.001, require_conclusive=True)
    assert isinstance(raised.value.result, VerdictDocument)
    assert raised.value.result.verdict == "inconclusive"
    assert (raised.value.exit_code, raised.value.code) == (4, "E_INCONCLUSIVE")


def test_compare_takes_frames_and_lists_of_scores() -> None:
    assert lorank.compare([0.81, 0.83, 0.82], [0.91, 0.93, 0.92]).result == "second-better"
    assert lorank.compare(outcomes, outcomes, rank=4).advantage == 0


def test_plan_and_memory_answer() -> None:
    plan = lorank.plan(examples=872, seeds=3, margin=0.01)
    assert isinstance(plan, AnsweredPlan)
    assert plan.design is not None
    memory = lorank.memory("llama-3.1-8b", gpu="24GB", ranks=[8, 64])
    assert isinstance(memory, OneModelDocument)
    assert memory.ranks == (8, 64)
    assert memory.answer is not None
    assert memory.answer.startswith("meta-llama/Llama-3.1-8B")


def test_a_report_is_shown_in_place_and_leaves_no_file(folder: Path) -> None:
    report = lorank.report(outcomes, margin=0.02)
    assert report.path is None
    assert list(folder.iterdir()) == []
    shown = report._repr_html_()  # pyright: ignore[reportPrivateUsage]
    assert shown.startswith('<iframe sandbox="allow-scripts" srcdoc="&lt;!doctype html&gt;')
    assert "&lt;svg" in shown
    assert "default-src 'none'" in report.html
    written = lorank.report(outcomes, margin=0.02, out="ranks.html")
    assert written.path == Path("ranks.html")
    assert Path("ranks.html").read_text("utf-8") == written.html


def test_everything_works_without_the_optional_libraries() -> None:
    code = """
import sys
for name in ("pandas", "polars", "numpy", "tqdm", "tqdm.auto", "IPython"):
    sys.modules[name] = None
import lorank
runs = [{"rank": rank, "seed": seed, "f1": 0.8 + 0.001 * (rank * seed % 5)} for rank in (1, 9) for seed in (1, 2, 3)]
print(lorank.verdict(runs, metric="f1", margin=0.01).best_rank)
"""
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (printed.stdout, printed.stderr) == ("9\n", "Read 6 runs of frame.csv: f1 by rank and seed.\n")


def test_a_stopped_sweep_is_an_interrupt_too() -> None:
    assert issubclass(lorank.InterruptedSweepError, KeyboardInterrupt)
    assert InterruptedSweepDocument(status="interrupted", out="o", resume="").status == "interrupted"
