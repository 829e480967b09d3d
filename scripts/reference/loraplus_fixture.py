"""Writes packages/train/test/fixtures/loraplus.safetensors: tensors after three steps of PEFT's LoRA+ optimiser.

    python scripts/reference/loraplus_fixture.py [OUT_FILE]

Starts from the models, adapters and batches of two cases of `families/`: one with a head that has biases, one with DoRA's
magnitudes, since PEFT lets vectors learn as fast as B. No weight decay: PEFT leaves it off biases, we do not.
"""

import sys
from pathlib import Path

import torch
from peft import PeftModel
from peft.optimizers import create_loraplus_optimizer
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification

FIXTURES = Path(__file__).resolve().parents[2] / "packages/train/test/fixtures"
OUT = Path(sys.argv[1]) if len(sys.argv) > 1 else FIXTURES / "loraplus.safetensors"
STEPS, LEARNING_RATE, RATIO = 3, 1e-3, 16
CASES = {"roberta": AutoModelForSequenceClassification, "llama-dora": AutoModelForCausalLM}


def train(name, kind):
    folder = FIXTURES / "families" / name
    more = {"num_labels": 3} if kind is AutoModelForSequenceClassification else {}
    base = kind.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32, **more)
    model = PeftModel.from_pretrained(base, folder / "adapter", is_trainable=True).eval()
    expected = load_file(folder / "expected.safetensors")
    batch = {key: expected[key] for key in ("input_ids", "attention_mask", "labels")}
    optimizer = create_loraplus_optimizer(
        model, torch.optim.AdamW, lr=LEARNING_RATE, loraplus_lr_ratio=RATIO, loraplus_weight_decay=0.0, weight_decay=0.0
    )
    rates = {id(p): group["lr"] for group in optimizer.param_groups for p in group["params"]}
    for _ in range(STEPS):
        optimizer.zero_grad()
        model(**batch).loss.backward()
        optimizer.step()
    tensors = {}
    for key, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        key = key.replace(".default", "").replace(".modules_to_save", "").replace("magnitude_vector.weight", "magnitude_vector")
        tensors[f"{name}.{key}"] = parameter.detach().clone()
        print(name, key, rates[id(parameter)])
    return tensors


torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)
save_file({key: value for name, kind in CASES.items() for key, value in train(name, kind).items()}, OUT)
OUT.chmod(0o644)
