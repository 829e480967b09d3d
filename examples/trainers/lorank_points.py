"""Evaluations on the way to the end of a training: points/STEP/outcomes.csv, at the interval that LoRAnk asks for.

    points = Points(settings, lambda out: write_outcomes(out, evaluate(model, …)))
    points.after(step, steps)        # in a loop of your own, after each step
    trainer.add_callback(points.callback())   # in a Trainer of transformers
"""

import json
import math
import os
import shutil
from pathlib import Path


def point_steps(every: float, steps: int):
    """Steps to evaluate after: every so many, or below 1 a share of all; none for 0. The last is evaluated anyway."""
    stride = every * steps if every < 1 else every
    count = math.ceil(steps / stride) if stride > 0 else 0
    rounded = {math.floor(point * stride + 0.5) for point in range(1, count)}
    return sorted(step for step in rounded if 0 < step < steps)


def write_point(out: Path, step: int, write) -> None:
    """Lets `write` fill a folder, and then gives it its name: a killed process leaves all of a point or nothing."""
    points = out / "points"
    unfinished = points / f"{step}.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    write(unfinished)
    shutil.rmtree(points / str(step), ignore_errors=True)  # of a training that began anew in the same folder
    os.replace(unfinished, points / str(step))


class Points:
    """Evaluates after each step that is due. `write` writes the outcomes of the model, as it is, to a folder."""

    def __init__(self, settings, write):
        self.out, self.every, self.write = settings.out, settings.evaluate_every, write

    def after(self, step: int, steps: int) -> None:
        if step in point_steps(self.every, steps):
            write_point(self.out, step, self.write)

    def callback(self):
        """The same for a Trainer of transformers. Evaluations draw no random number, so training stays the same."""
        from transformers import TrainerCallback

        points = self

        class Callback(TrainerCallback):
            def on_step_end(self, args, state, control, model=None, **_):
                points.after(state.global_step, state.max_steps)
                model.train()

        return Callback()


def saved_at_points(settings) -> dict:
    """Settings of a trainer on transformers' Trainer, by which it saves a checkpoint wherever a point is due."""
    every = settings.evaluate_every
    if every == 0:
        return {}
    return {"save_strategy": "steps", "save_steps": every if every < 1 else int(every), "save_total_limit": None}


def saved_points(run: Path):
    """Steps and folders of the checkpoints in a trainer's output folder, without that of the last step, ascending."""
    found = []
    for folder in run.glob("checkpoint-*"):
        state = json.loads((folder / "trainer_state.json").read_text(encoding="utf-8"))
        if state["global_step"] < state["max_steps"]:
            found.append((state["global_step"], folder))
    return sorted(found)
