"""What a PyTorch script needs to be a trainer of LoRAnk: keep this file beside yours.

    from lorank_trial import Losses, named_exits, parse_trial, pair_initial_a, write_memory, write_outcomes

LoRAnk starts the script once for each rank and seed. It sets LORANK_RANK, LORANK_SEED, LORANK_OUT and so on, and reads
what the script has written to the folder LORANK_OUT. Everything is written whole or not at all.
"""

import argparse
import contextlib
import csv
import hashlib
import json
import math
import os
import signal
import sys
from pathlib import Path

# As `exit-codes` in sweep.yaml names them: results, which are not tried again.
DIVERGED = 3
OUT_OF_MEMORY = 4
STOPPED = 143  # 128 + SIGTERM: LoRAnk starts the trial again, with what is in resume/


class Diverged(Exception):
    """A loss is not finite."""


class Stopped(Exception):
    """SIGTERM came, and what is needed to go on is in resume/."""


@contextlib.contextmanager
def named_exits():
    """Ends the process with the exit code that sweep.yaml names."""
    import torch

    try:
        yield
    except Diverged as error:
        print(error, file=sys.stderr)
        sys.exit(DIVERGED)
    except torch.OutOfMemoryError as error:
        print(error, file=sys.stderr)
        sys.exit(OUT_OF_MEMORY)
    except Stopped:
        sys.exit(STOPPED)


def parse_trial(parser: argparse.ArgumentParser, values=()) -> argparse.Namespace:
    """Adds a flag for each variable of a trial and reads both. A flag wins over its variable.

    `values` are flags for the values of an arm, in the same form.
    """
    for flag, kind, default, meaning in [
        ("--rank", int, 8, "inner size of A and B"),
        ("--alpha", float, 32.0, "numerator of the scaling"),
        ("--scaling", str, "lora", "lora: alpha/rank, rslora: alpha over the root of it"),
        ("--seed", int, 1, "of the head, the order of the data, dropout and the initial A"),
        ("--learning-rate", float, 5e-4, "of AdamW"),
        ("--epochs", float, 2.0, "passes over the training data"),
        ("--max-steps", int, None, "stop after so many steps, to measure"),
        ("--evaluate-every", float, 0.0, "steps between evaluations on the way, below 1 a share of all, 0: none"),
        ("--out", Path, None, "folder of this trial"),
        *values,
    ]:
        variable = "LORANK_" + flag[2:].upper().replace("-", "_")
        text = os.environ.get(variable)
        given = default if text is None else kind(text)
        parser.add_argument(flag, type=kind, default=given, required=flag == "--out" and given is None, help=meaning)
    trial = parser.parse_args()
    trial.device = trial_device()
    trial.out.mkdir(parents=True, exist_ok=True)
    return trial


def trial_device() -> str:
    """The device of LORANK_DEVICE, such as cuda:1, as the only one that this process sees; else what there is."""
    import torch

    name, _, index = os.environ.get("LORANK_DEVICE", "").partition(":")
    if name == "cuda" and index:
        visible = os.environ.get("CUDA_VISIBLE_DEVICES")
        names = visible.split(",") if visible else None
        if names is None:
            os.environ["CUDA_VISIBLE_DEVICES"] = index
        elif int(index) < len(names):
            os.environ["CUDA_VISIBLE_DEVICES"] = names[int(index)]
    return name or ("cuda" if torch.cuda.is_available() else "cpu")


def pair_initial_a(model, seed: int) -> None:
    """Draws every lora_A of a PEFT model again, row by row: the same seed gives rank 4 the first 4 rows of rank 16.

    The distribution is PEFT's own, uniform within 1/sqrt(in). Call it before training, and only where B begins at zero.
    """
    import torch

    with torch.no_grad():
        for name, module in model.named_modules():
            for key, layer in (getattr(module, "lora_A", None) or {}).items():
                if module.lora_B[key].weight.any():
                    raise ValueError(f"{name}: B must be zero before training, or A cannot be drawn again")
                layer.weight.copy_(initial_rows(name, seed, *layer.weight.shape))


def initial_rows(module: str, seed: int, rank: int, width: int):
    """The first `rank` rows of a module's A, `[rank, width]`."""
    import torch

    digest = hashlib.sha256(f"{seed}/{module}".encode()).digest()
    generator = torch.Generator().manual_seed(int.from_bytes(digest[:7], "big"))
    rows = [torch.rand(width, generator=generator) for _ in range(rank)]
    return (2 * torch.stack(rows) - 1) / math.sqrt(width)


def write_whole(path: Path, write) -> None:
    """Lets `write` fill a file beside `path`, and renames it: a killed process leaves the old file or the new one."""
    temporary = path.with_name(f".{path.name}.tmp")
    write(temporary)
    with open(temporary, "rb+") as file:
        os.fsync(file.fileno())
    os.replace(temporary, path)
    if os.name == "posix":  # the new name must outlive a power cut too
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def write_outcomes(out: Path, rows) -> None:
    """Writes outcomes.csv. Each row has example, correct (0 to 1), logLoss (nats) and, of a class, its label."""
    rows = list(rows)

    def write(path: Path) -> None:
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)

    write_whole(out / "outcomes.csv", write)


def write_memory(out: Path) -> None:
    """Writes memory.json: the most that PyTorch held on the GPU, or on the CPU the process's peak resident memory."""
    import torch

    if torch.cuda.is_available() and torch.cuda.max_memory_allocated() > 0:
        peak = max(torch.cuda.max_memory_allocated(i) for i in range(torch.cuda.device_count()))
    else:
        import resource  # not on Windows

        unit = 1 if sys.platform == "darwin" else 1024
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    write_whole(out / "memory.json", lambda path: path.write_text(json.dumps({"peakBytes": peak})))


class Losses:
    """losses.jsonl, a line for each step, so that progress is seen while it trains.

    With the learning rate of each step, LoRAnk also says where the loss was still falling at the end.
    """

    def __init__(self, out: Path, steps: int | None = None, earlier=()):
        self.points = []
        self.steps = steps
        self.file = open(out / "losses.jsonl", "w", encoding="utf-8")
        for point in earlier:
            self.add(*point)

    def add(self, loss: float, learning_rate: float | None = None) -> None:
        """Raises Diverged where the loss is not finite."""
        step = len(self.points) + 1
        finite = math.isfinite(loss)
        line = {"step": step, "loss": loss if finite else None, "learningRate": learning_rate, "steps": self.steps}
        known = {name: value for name, value in line.items() if value is not None or name == "loss"}
        print(json.dumps(known), file=self.file, flush=True)
        if not finite:
            raise Diverged(f"the loss of step {step} is {loss}")
        self.points.append((loss, learning_rate))


class StopSignal:
    """Notes SIGTERM; the training looks after each step, so that it can save between two."""

    def __init__(self):
        self.came = False
        signal.signal(signal.SIGTERM, self._note)

    def end(self) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)

    def _note(self, *_) -> None:
        self.came = True


def newest_checkpoint(folder: Path) -> str | None:
    """The last checkpoint that transformers' Trainer finished in a folder: its state is the last file it writes."""
    finished = [path.parent for path in folder.glob("checkpoint-*/trainer_state.json") if is_json(path)]
    newest = max(finished, key=lambda path: int(path.name.split("-")[1]), default=None)
    return None if newest is None else str(newest)


def is_json(path: Path) -> bool:
    try:
        json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return False
    return True
