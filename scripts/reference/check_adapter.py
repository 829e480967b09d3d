"""Loads an adapter folder in PEFT, puts it on its base, and prints what the model answers.

    python scripts/reference/check_adapter.py ADAPTER BASE IDS

ADAPTER  folder with adapter_config.json and adapter_model.safetensors, written by any program
BASE     folder with config.json and model.safetensors
IDS      rows of token ids, "5 9 12,7 3", or a safetensors file with input_ids, attention_mask and perhaps logits

Prints one JSON document: the logits of each row (of each real token for a causal model), the tensors that PEFT found
in the file, and, where the file of IDS has logits, the largest difference from them.
"""

import json
import sys
from pathlib import Path

import torch
from peft import PeftConfig, PeftModel
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification

HEADS = ("score.weight", "classifier.weight", "classifier.bias", "classifier.out_proj.weight")


def read_batch(argument, pad):
    if Path(argument).is_file():
        return load_file(argument)
    rows = [[int(word) for word in row.split()] for row in argument.split(",")]
    longest = max(map(len, rows))
    return {
        "input_ids": torch.tensor([row + [pad] * (longest - len(row)) for row in rows]),
        "attention_mask": torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows]),
    }


def load(adapter, base):
    """The model, and the tensors of the file; every one must have found its place unchanged."""
    tensors = load_file(Path(adapter) / "adapter_model.safetensors")
    kind = PeftConfig.from_pretrained(adapter).task_type
    options = {"dtype": torch.float32}
    if kind == "SEQ_CLS":
        labels = [tensor.shape[0] for key, tensor in tensors.items() if key.endswith(HEADS)]
        if labels:
            options["num_labels"] = labels[0]
    auto = AutoModelForSequenceClassification if kind == "SEQ_CLS" else AutoModelForCausalLM
    model = PeftModel.from_pretrained(auto.from_pretrained(base, **options), adapter).eval()
    state = {key.replace(".default", "").replace(".modules_to_save", ""): t for key, t in model.state_dict().items()}
    state.update({key.removesuffix(".weight"): t for key, t in state.items() if ".lora_magnitude_vector" in key})
    lost = [key for key, tensor in tensors.items() if key not in state or not torch.equal(state[key], tensor.float())]
    if lost:
        raise SystemExit(f"PEFT did not load these tensors as they are in the file: {', '.join(lost)}")
    return model, tensors, kind


def main():
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    torch.set_num_threads(1)
    adapter, base, ids = sys.argv[1:]
    model, tensors, kind = load(adapter, base)
    batch = read_batch(ids, model.config.pad_token_id or 0)
    with torch.no_grad():
        logits = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits
    real = batch["attention_mask"].bool() if kind == "CAUSAL_LM" else torch.ones(len(logits), dtype=torch.bool)
    rows = [logits[i][real[i]] if kind == "CAUSAL_LM" else logits[i] for i in range(len(logits))]
    report = {"taskType": str(kind), "tensors": len(tensors), "logits": [row.tolist() for row in rows]}
    if "logits" in batch:
        report["largestDifference"] = (logits - batch["logits"])[real].abs().max().item()
    print(json.dumps(report))


main()
