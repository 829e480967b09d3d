"""Trains one adapter with Axolotl and evaluates it: one trial of a LoRAnk sweep. Keys checked with axolotl 0.19.0.

    python train.py --model MODEL --data data.jsonl --config config.yaml --rank 8 --seed 1 --out OUT

Fills config.yaml with the settings of the trial. Under one seed every rank has the same order of examples and the same first
rows of A. A trial that was stopped goes on from the last checkpoint.
"""

import argparse
import os
import shutil
from pathlib import Path

import yaml
from transformers import AutoTokenizer

from evaluate import add_data_flags, evaluate_adapter, read_rows, rendered
from lorank_config import run_trainer, write_start_adapter, write_texts
from lorank_points import saved_at_points, saved_points
from lorank_trial import named_exits, newest_checkpoint, parse_trial


def segments(prompt: str, completion: str):
    return {"segments": [{"label": False, "text": prompt}, {"label": True, "text": completion}]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_data_flags(parser)
    parser.add_argument("--config", type=Path, required=True, help="settings of Axolotl that all trials share")
    settings = parse_trial(parser)

    texts, start, run = (settings.out / name for name in ("train.jsonl", "start", "resume"))
    tokenizer = AutoTokenizer.from_pretrained(settings.model)
    write_texts(texts, [rendered(row, tokenizer) for row in read_rows(settings.data)["train"]], segments)
    write_start_adapter(settings, start)
    config = yaml.safe_load(settings.config.read_text()) | {
        "base_model": str(settings.model),
        "lora_model_dir": str(start),
        "lora_r": settings.rank,
        "lora_alpha": int(settings.alpha),
        "seed": settings.seed,
        "learning_rate": settings.learning_rate,
        "num_epochs": settings.epochs,
        "max_steps": settings.max_steps,
        "sequence_len": settings.max_length,
        "datasets": [{"path": str(texts), "ds_type": "json", "type": "input_output"}],
        "dataset_prepared_path": str(settings.out / "prepared"),
        "output_dir": str(run),
        "resume_from_checkpoint": newest_checkpoint(run),
    } | saved_at_points(settings)
    (settings.out / "config.yaml").write_text(yaml.safe_dump(config))
    # Its telemetry keeps the process from ending on a node without a network.
    os.environ.setdefault("AXOLOTL_DO_NOT_TRACK", "1")
    with named_exits():
        run_trainer(["axolotl", "train", str(settings.out / "config.yaml")], settings.out)
    adapter = settings.out / "adapter"
    adapter.mkdir(exist_ok=True)
    for name in ("adapter_config.json", "adapter_model.safetensors"):
        shutil.copy(run / name, adapter / name)
    checkpoints = saved_points(run) if settings.evaluate_every else []
    evaluate_adapter(settings, adapter, "validation", checkpoints)


if __name__ == "__main__":
    main()
