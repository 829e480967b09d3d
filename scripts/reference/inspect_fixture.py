"""Writes packages/evidence/test/fixtures/inspect: logs of Inspect, two ranks under two seeds, with its mockllm provider.

    python -m venv venv && venv/bin/pip install inspect-ai==0.3.260
    venv/bin/python scripts/reference/inspect_fixture.py

One run is logged as .json and the others as .eval. Nothing is trained: a rule of rank, seed and question says what a model answers.
"""

import shutil
import tempfile
from pathlib import Path

from inspect_ai import Task, eval, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.log import write_eval_log
from inspect_ai.model import ModelOutput
from inspect_ai.scorer import CORRECT, INCORRECT, PARTIAL, Score, accuracy, match, scorer
from inspect_ai.solver import solver

OUT = Path(__file__).resolve().parents[2] / "packages/evidence/test/fixtures/inspect"
QUESTIONS = 20


def answer_of(rank, seed, question):
    """Right, off by one or off by ten; rank 4 is wrong more often."""
    kind = (7 * question + 3 * seed + (question * question) // rank) % 10
    return question + (1 if kind > 32 // rank else 2 if kind > 1 else 11)


@solver
def answering(rank, seed):
    """Answers in the place of the model, whose events would fill the log; one question never comes back."""

    async def solve(state, generate):
        question = int(state.input_text.split()[0])
        if (rank, seed, question) == (4, 2, 7):
            raise RuntimeError("no answer came back")
        state.output = ModelOutput.from_content("mockllm/model", str(answer_of(rank, seed + state.epoch - 1, question)))
        return state

    return solve


@scorer(metrics=[accuracy()])
def near():
    """Half a point for what is off by one."""

    async def score(state, target):
        off = abs(int(state.output.completion) - int(target.text))
        return Score(value=CORRECT if off == 0 else PARTIAL if off == 1 else INCORRECT)

    return score


@task
def sums(rank, seed):
    samples = [Sample(id=f"q{i:02}", input=f"{i} + 1 =", target=str(i + 1)) for i in range(QUESTIONS)]
    return Task(
        dataset=MemoryDataset(samples, name="sums"),
        solver=answering(rank, seed),
        scorer=[match(), near()],
        metadata={"rank": rank, "seed": seed},
    )


def write(folder, rank, seed, log_format, **options):
    with tempfile.TemporaryDirectory() as logs:
        (log,) = eval(
            sums(rank, seed),
            model="mockllm/model",
            log_dir=logs,
            log_format=log_format,
            fail_on_error=False,
            display="none",
            log_realtime=False,
            **options,
        )
        assert log.status == "success", log.error
        target = OUT / folder
        target.mkdir(parents=True, exist_ok=True)
        if log_format == "eval":
            shutil.copy(log.location.removeprefix("file://"), target / "sums.eval")
            return
        # Events are nine tenths of the text, and no reader of outcomes needs them.
        for sample in log.samples:
            sample.events = []
        write_eval_log(log, str(target / "sums.json"))


if __name__ == "__main__":
    shutil.rmtree(OUT, ignore_errors=True)
    for rank, seed, log_format in ((4, 1, "eval"), (4, 2, "eval"), (16, 1, "eval"), (16, 2, "json")):
        write(f"r{rank}-s{seed}", rank, seed, log_format)
    write("epochs", 16, 3, "eval", epochs=2, limit=4)
