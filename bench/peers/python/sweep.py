"""A rank sweep as a user of PEFT would write it: one script, the ranks in a loop.

    python sweep.py '{"model": FOLDER, "data": emails.csv, "out": FOLDER, "ranks": [4, 8, 16, 32], "seed": 1, "epochs": 2,
                      "batchSize": 16, "maxLength": 128, "learningRate": 1e-3, "padding": "max_length"}'

The CSV has the columns text, label and split. Writes an adapter for each rank, and a line of JSON at the end.
"""

import csv
import json
import sys
import time
import warnings
from pathlib import Path

import torch
import transformers
from peft import LoraConfig, get_peft_model
from torch.utils.data import DataLoader
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    get_linear_schedule_with_warmup,
)


def read(path, split, tokenizer, settings):
    with open(path, newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == split]
    padding = "max_length" if settings["padding"] == "max_length" else False
    encoded = tokenizer(
        [row["text"] for row in rows], truncation=True, max_length=settings["maxLength"], padding=padding
    )
    labels = [int(row["label"] == "spam") for row in rows]
    return [
        {"input_ids": ids, "attention_mask": mask, "labels": label}
        for ids, mask, label in zip(encoded["input_ids"], encoded["attention_mask"], labels, strict=True)
    ]


def train(model, loader, settings):
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=settings["learningRate"], weight_decay=0.01)
    steps = settings["epochs"] * len(loader)
    schedule = get_linear_schedule_with_warmup(optimizer, round(0.06 * steps), steps)
    model.train()
    for _ in range(settings["epochs"]):
        for batch in loader:
            loss = model(**batch).loss
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
    return steps


@torch.no_grad()
def accuracy(model, loader):
    model.eval()
    right = total = 0
    for batch in loader:
        predictions = model(**batch).logits.argmax(-1)
        right += (predictions == batch["labels"]).sum().item()
        total += len(predictions)
    return right / total


def main():
    settings = json.loads(sys.argv[1])
    warnings.filterwarnings("ignore")
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    torch.set_num_threads(2)
    tokenizer = AutoTokenizer.from_pretrained(settings["model"])
    training = read(settings["data"], "train", tokenizer, settings)
    validation = read(settings["data"], "validation", tokenizer, settings)
    collate = DataCollatorWithPadding(tokenizer)
    results = []
    for rank in settings["ranks"]:
        torch.manual_seed(settings["seed"])
        base = AutoModelForSequenceClassification.from_pretrained(settings["model"], num_labels=2)
        lora = LoraConfig(
            task_type="SEQ_CLS", r=rank, lora_alpha=32, lora_dropout=0.0, target_modules="all-linear"
        )
        model = get_peft_model(base, lora)
        loader = DataLoader(training, settings["batchSize"], shuffle=True, collate_fn=collate)
        start = time.perf_counter()
        steps = train(model, loader, settings)
        trained = time.perf_counter()
        share = accuracy(model, DataLoader(validation, settings["batchSize"], collate_fn=collate))
        model.save_pretrained(Path(settings["out"]) / f"r{rank}")
        results.append({
            "rank": rank, "accuracy": share, "steps": steps, "trainSeconds": trained - start,
            "evaluateSeconds": time.perf_counter() - trained,
        })  # fmt: skip
    print(json.dumps(results))


main()
