"""Trains one adapter with LLaMA-Factory and evaluates it: one trial of a LoRAnk sweep. Checked with llamafactory 0.9.5.

    python train.py --model MODEL --data data.jsonl --config config.yaml --rank 8 --seed 1 --out OUT

Fills config.yaml with the settings of the trial. Under one seed every rank has the same order of examples and the same first
rows of A. A trial that was stopped goes on from the last checkpoint.
"""

import argparse
import json
import shutil
from pathlib import Path

import yaml
from transformers import AutoTokenizer

from evaluate import add_data_flags, evaluate_adapter, read_rows, rendered
from lorank_config import run_trainer, write_start_adapter, write_texts
from lorank_points import saved_at_points, saved_points
from lorank_trial import named_exits, newest_checkpoint, parse_trial


def write_data(settings, folder: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(settings.model)
    texts = [rendered(row, tokenizer) for row in read_rows(settings.data)["train"]]
    folder.mkdir(exist_ok=True)
    write_texts(folder / "train.jsonl", texts, lambda prompt, completion: {"prompt": prompt, "response": completion})
    columns = {"prompt": "prompt", "response": "response"}
    info = {"train": {"file_name": "train.jsonl", "columns": columns}}
    (folder / "dataset_info.json").write_text(json.dumps(info))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_data_flags(parser)
    parser.add_argument("--config", type=Path, required=True, help="settings of LLaMA-Factory that all trials share")
    settings = parse_trial(parser)

    data, start, run = (settings.out / name for name in ("data", "start", "resume"))
    write_data(settings, data)
    write_start_adapter(settings, start)
    config = yaml.safe_load(settings.config.read_text()) | {
        "model_name_or_path": str(settings.model),
        "adapter_name_or_path": str(start),
        "lora_rank": settings.rank,
        "lora_alpha": settings.alpha,
        "seed": settings.seed,
        "learning_rate": settings.learning_rate,
        "num_train_epochs": settings.epochs,
        "max_steps": settings.max_steps or -1,
        "cutoff_len": settings.max_length,
        "dataset_dir": str(data),
        "dataset": "train",
        "output_dir": str(run),
        "resume_from_checkpoint": newest_checkpoint(run),
    } | saved_at_points(settings)
    (settings.out / "config.yaml").write_text(yaml.safe_dump(config))
    with named_exits():
        run_trainer(["llamafactory-cli", "train", str(settings.out / "config.yaml")], settings.out)
    adapter = settings.out / "adapter"
    adapter.mkdir(exist_ok=True)
    for name in ("adapter_config.json", "adapter_model.safetensors"):
        shutil.copy(run / name, adapter / name)
    checkpoints = saved_points(run) if settings.evaluate_every else []
    evaluate_adapter(settings, adapter, "validation", checkpoints)


if __name__ == "__main__":
    main()
