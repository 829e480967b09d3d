"""Uses trainers/lorank_points.py in the folder of its argument, and prints what it did as JSON. Standard library alone."""

import json
import sys
import types
from pathlib import Path

# transformers is not needed to see what the callback does.
sys.modules["transformers"] = types.SimpleNamespace(TrainerCallback=object)

from lorank_points import Points, point_steps, saved_at_points, saved_points  # noqa: E402

folder = Path(sys.argv[1])


def settings(every, name="run"):
    return types.SimpleNamespace(out=folder / name, evaluate_every=every)


def files(name):
    return sorted(path.relative_to(folder / name).as_posix() for path in (folder / name).rglob("*") if path.is_file())


def loop(points, steps=10):
    for step in range(1, steps + 1):
        model["step"] = step
        points.after(step, steps)


model = {"step": 0}


def write(out):
    (out / "outcomes.csv").write_text(f"step {model['step']}\n", encoding="utf-8")


# What an earlier training of the same folder left: a whole point, and a part of one.
for left in ("run/points/3", "run/points/6.unfinished"):
    (folder / left).mkdir(parents=True)
    (folder / left / "old.csv").write_text("old\n", encoding="utf-8")
loop(Points(settings(3), write))


def killed(out):
    write(out)
    if model["step"] == 6:
        raise KeyboardInterrupt


try:
    loop(Points(settings(3, "killed"), killed))
except KeyboardInterrupt:
    pass

calls = []
callback = Points(settings(0.5, "callback"), lambda out: calls.append(f"write {out.name}")).callback()
for step in range(1, 11):
    state = types.SimpleNamespace(global_step=step, max_steps=10)
    callback.on_step_end(None, state, None, model=types.SimpleNamespace(train=lambda: calls.append("train")))

for step in (20, 5, 10):
    saved = folder / f"trainer/checkpoint-{step}"
    saved.mkdir(parents=True)
    state = {"global_step": step, "max_steps": 20}
    (saved / "trainer_state.json").write_text(json.dumps(state), encoding="utf-8")

print(
    json.dumps(
        {
            "steps": [point_steps(every, steps) for every, steps in json.loads(sys.argv[2])],
            "files": files("run"),
            "third": (folder / "run/points/3/outcomes.csv").read_text(encoding="utf-8"),
            "killed": [path for path in files("killed") if ".unfinished/" not in path],
            "calls": calls,
            "saved": [saved_at_points(settings(every)) for every in (0, 0.25, 50.0)],
            "found": [[step, path.name] for step, path in saved_points(folder / "trainer")],
        }
    )
)
