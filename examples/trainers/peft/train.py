"""Trains one LoRA classifier with PEFT and evaluates it: one trial of a LoRAnk sweep.

    python train.py --model MODEL --data data.csv --rank 8 --seed 1 --out OUT

The data are CSV or JSON Lines with text and label and, if you have them, id and split (train, validation, test). Under
one seed every rank has the same head, order of texts, dropout masks and first rows of A, and is evaluated on the same texts.
"""

import argparse
import csv
import json
import sys
from pathlib import Path

import torch
from torch.utils.data import DataLoader
from transformers import AutoModelForSequenceClassification, AutoTokenizer, get_linear_schedule_with_warmup

from lorank_points import Points
from lorank_trial import (
    Losses, Stopped, StopSignal, named_exits, parse_trial, write_memory, write_outcomes, write_whole,
)  # fmt: skip
from placement import FLAGS, Allocator, add_adapter, as_lora


def add_data_flags(parser):
    parser.add_argument("--model", required=True, help="a folder or a hub id")
    parser.add_argument("--data", type=Path, required=True, help=".csv or .jsonl with text and label")
    parser.add_argument("--max-length", type=int, default=128, help="tokens of a text that are read")
    parser.add_argument("--batch-size", type=int, default=8)


def read_rows(path: Path):
    """The rows of each split. Without a column split, every fifth row is for validation, whatever the seed is."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file if line.strip()] if path.suffix == ".jsonl" else list(csv.DictReader(file))
    parts = {"train": [], "validation": [], "test": []}
    for number, row in enumerate(rows, 1):
        split = row.get("split") or ("validation" if number % 5 == 0 else "train")
        parts[split].append({"id": row.get("id") or f"row-{number}", "text": row["text"], "label": str(row["label"])})
    return parts


def classes_of(parts):
    return sorted({row["label"] for row in parts["train"]})


def batch_of(rows, classes, tokenizer, settings):
    """Token ids padded to the longest text of the batch, `[batch, seq]`, and labels `[batch]`."""
    texts = [row["text"] for row in rows]
    inputs = tokenizer(texts, truncation=True, max_length=settings.max_length, padding=True, return_tensors="pt")
    inputs["labels"] = torch.tensor([classes.index(row["label"]) for row in rows])
    return inputs.to(settings.device)


def calibration(rows, least, size, classes, tokenizer, settings):
    """Batches of `size` training texts for EVA, or one of all, in an order of the seed."""
    if len(rows) < least:
        raise ValueError(f"the training data must have at least {least} texts for --chooser eva, got {len(rows)}")
    order = torch.randperm(len(rows), generator=torch.Generator().manual_seed(settings.seed)).tolist()

    def batch(chosen):
        inputs = dict(batch_of([rows[i] for i in chosen], classes, tokenizer, settings))
        inputs.pop("labels")
        return inputs

    return DataLoader(order, batch_size=min(size, len(rows)), drop_last=True, collate_fn=batch)


def load_base(settings, classes, tokenizer):
    model = AutoModelForSequenceClassification.from_pretrained(settings.model, num_labels=len(classes), dtype=torch.float32)
    if model.config.pad_token_id is None:  # Llama and others have none
        tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
        model.config.pad_token_id = tokenizer.pad_token_id
    return model


@torch.no_grad()
def evaluate(model, rows, classes, tokenizer, settings):
    model.eval()
    for start in range(0, len(rows), settings.batch_size):
        batch = rows[start : start + settings.batch_size]
        inputs = batch_of(batch, classes, tokenizer, settings)
        labels = inputs.pop("labels")
        logits = model(**inputs).logits.float()
        losses = torch.nn.functional.cross_entropy(logits, labels, reduction="none")
        right = logits.argmax(-1) == labels
        for row, correct, loss in zip(batch, right.tolist(), losses.tolist(), strict=True):
            yield {"example": row["id"], "correct": int(correct), "logLoss": loss, "label": row["label"]}


def state_path(settings):
    return settings.out / "resume" / "state.pt"


def read_resume(path: Path):
    if not path.exists():
        return None
    try:
        return torch.load(path, weights_only=True, map_location="cpu")
    except Exception as error:  # a damaged file costs time, not the trial
        print(f"{path} cannot be read, so training begins anew: {error}", file=sys.stderr)
        return None


def steps_of(rows, settings):
    """Steps of an epoch, and of the whole training."""
    per_epoch = -(-len(rows) // settings.batch_size)
    return per_epoch, max(1, round(settings.epochs * per_epoch))


def train(model, parts, classes, tokenizer, settings, state):
    """Trains in place, from the `state` of resume/state.pt where there is one, and saves to it on SIGTERM."""
    rows = parts["train"]
    per_epoch, steps = steps_of(rows, settings)
    points = Points(
        settings, lambda out: write_outcomes(out, evaluate(model, parts["validation"], classes, tokenizer, settings))
    )
    allocator = Allocator(model, settings)
    trained = {name: value for name, value in model.named_parameters() if value.requires_grad}
    optimizer = torch.optim.AdamW(trained.values(), lr=settings.learning_rate, weight_decay=0.01)
    schedule = get_linear_schedule_with_warmup(optimizer, round(0.06 * steps), steps)
    # Drawing A took more random numbers at larger ranks; dropout must not begin where that ended.
    torch.manual_seed(settings.seed)

    state_file = state_path(settings)
    stop = StopSignal()
    if state is not None:
        model.load_state_dict(state["trained"], strict=False)
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        torch.set_rng_state(state["random"])
        if torch.cuda.is_available():
            torch.cuda.set_rng_state_all(state["randomCuda"])
        allocator.restore(state["allocator"])
    losses = Losses(settings.out, steps, state["losses"] if state else ())

    def save():
        state_file.parent.mkdir(exist_ok=True)
        state = {
            "trained": {name: value.detach() for name, value in trained.items()},
            "optimizer": optimizer.state_dict(),
            "schedule": schedule.state_dict(),
            "random": torch.get_rng_state(),
            "randomCuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
            "losses": losses.points,
            "allocator": allocator.state(),
        }
        write_whole(state_file, lambda path: torch.save(state, path))

    model.train()
    for step in range(len(losses.points), min(steps, settings.max_steps or steps)):
        epoch, place = divmod(step, per_epoch)
        order = torch.randperm(len(rows), generator=torch.Generator().manual_seed(1_000_003 * settings.seed + epoch))
        chosen = order[place * settings.batch_size : (place + 1) * settings.batch_size].tolist()
        batch = batch_of([rows[i] for i in chosen], classes, tokenizer, settings)
        output = model(**batch)
        # AdaLoRA adds a penalty to output.loss, which curves of the task leave out.
        task_loss = torch.nn.functional.cross_entropy(output.logits.detach().float(), batch["labels"])
        losses.add(task_loss.item(), schedule.get_last_lr()[0])
        output.loss.backward()
        torch.nn.utils.clip_grad_norm_(trained.values(), 1.0)
        optimizer.step()
        schedule.step()
        allocator.after(step + 1)
        optimizer.zero_grad()
        points.after(step + 1, steps)
        model.train()
        if stop.came or (step + 1) % settings.save_every == 0:
            save()
        if stop.came:
            raise Stopped
    save()
    stop.end()  # from here on nothing is lost by ending at once


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_data_flags(parser)
    parser.add_argument("--save-every", type=int, default=200, help="steps between two saves to resume/")
    parser.add_argument("--no-dropout", action="store_true", help="without the dropout of the base")
    settings = parse_trial(parser, FLAGS)
    torch.manual_seed(settings.seed)  # of the head

    parts = read_rows(settings.data)
    classes = classes_of(parts)
    tokenizer = AutoTokenizer.from_pretrained(settings.model)
    base = load_base(settings, classes, tokenizer)
    state = read_resume(state_path(settings))
    with named_exits():
        base.to(settings.device)
        samples = lambda least, size: calibration(parts["train"], least, size, classes, tokenizer, settings)  # noqa: E731
        model = add_adapter(base, settings, steps_of(parts["train"], settings)[1], samples, state)
        for module in model.modules():
            if settings.no_dropout and isinstance(module, torch.nn.Dropout):
                module.p = 0.0
        train(model, parts, classes, tokenizer, settings, state)
        model = as_lora(model, settings)
        outcomes = list(evaluate(model, parts["validation"], classes, tokenizer, settings))
    model.save_pretrained(settings.out / "adapter")
    write_memory(settings.out)
    write_outcomes(settings.out, outcomes)


if __name__ == "__main__":
    main()
