"""Loads what scripts/write-derived-models.ts wrote in PEFT and transformers, and compares the logits.

    python scripts/reference/check_derived_models.py FOLDER

Each case is compared with PEFT's own adapter on the same base: rewritten and portable as they are, merged without PEFT,
truncated with the best factors of that rank by torch's SVD of the whole update in float64. Writes
packages/checkpoint/test/fixtures/derived-models.json: the largest differences, the size of the logits, how much the
adapter moves them, and the SHA-256 of the weights of our own fixtures' cases, so that a test can say whether our code
still writes the same.
"""

import hashlib
import json
import sys
import warnings
from pathlib import Path

import peft
import torch
import transformers
from peft import PeftModel
from peft.tuners.lora import LoraLayer
from safetensors.torch import load_file

PACKAGES = Path(__file__).resolve().parents[2] / "packages"
GROUPS = ("checkpoint/test/fixtures/merge", "train/test/fixtures/llama-tiny", "train/test/fixtures/families")
OUT = PACKAGES / "checkpoint/test/fixtures/derived-models.json"
HEADS = ("score.weight", "classifier.weight", "classifier.out_proj.weight")


def classes(adapter):
    """The model's class by task, and the number of labels by the head."""
    tensors = load_file(adapter / "adapter_model.safetensors")
    labels = [tensor.shape[0] for key, tensor in tensors.items() if key.endswith(HEADS)]
    kind = json.loads((adapter / "adapter_config.json").read_text())["task_type"]
    if kind == "SEQ_CLS":
        return transformers.AutoModelForSequenceClassification, {"num_labels": labels[0]}
    return transformers.AutoModelForCausalLM, {}


def base_model(base, adapter):
    auto, labels = classes(adapter)
    torch.manual_seed(5)  # a head that is not in the checkpoint: every load gets the same
    return auto.from_pretrained(base, dtype=torch.float32, attn_implementation="eager", **labels)


def adapted(base, adapter, source):
    model = PeftModel.from_pretrained(base_model(base, source), adapter).eval()
    state = {key.replace(".default", "").replace(".modules_to_save", ""): t for key, t in model.state_dict().items()}
    state.update({key.removesuffix(".weight"): t for key, t in state.items() if "lora_magnitude" in key})
    for key, tensor in load_file(adapter / "adapter_model.safetensors").items():
        assert torch.equal(state[key], tensor), f"{adapter}: {key} was not loaded as it is"
    return model


def truncate(model, rank):
    for layer in model.modules():
        if not isinstance(layer, LoraLayer):
            continue
        a, b = layer.lora_A["default"].weight, layer.lora_B["default"].weight
        update = layer.scaling["default"] * (b.double() @ a.double())
        u, sigma, v = torch.linalg.svd(update, full_matrices=False)
        kept = min(rank, len(a))
        roots = sigma[:kept].sqrt()
        a.data, b.data = (roots[:, None] * v[:kept]).float(), (u[:, :kept] * roots).float()
        layer.scaling["default"] = 1.0
    return model


def batch(model, fixture):
    expected = fixture / "expected.safetensors"
    if expected.exists():
        tensors = load_file(expected)
        return {"input_ids": tensors["input_ids"], "attention_mask": tensors["attention_mask"]}
    ids = torch.tensor([[3, 5, 4, 6, 5, 9, 2], [7, 8, 9, 15, 4, 3, 3]])
    return {"input_ids": ids, "attention_mask": torch.ones_like(ids)}


def check(folder, fixture):
    base = fixture / "base" if (fixture / "base").exists() else fixture
    source = fixture / "adapter"
    reference = adapted(base, source, source)
    inputs = batch(reference, fixture)
    causal = classes(source)[0] is transformers.AutoModelForCausalLM
    real = inputs["attention_mask"].bool()

    def logits(model):
        with torch.no_grad():
            rows = model.eval()(**inputs).logits
        return rows[real] if causal else rows

    wanted = logits(reference)
    with reference.disable_adapter():
        moved = (logits(reference) - wanted).abs().max().item()
    truncated = next(folder.glob("truncated-*"))
    differences = {}
    for path in [folder / "rewritten", folder / "portable"]:
        if path.exists():
            differences[path.name] = (logits(adapted(base, path, source)) - wanted).abs().max().item()
    auto, _ = classes(source)
    merged, info = auto.from_pretrained(
        folder / "merged", dtype=torch.float32, attn_implementation="eager", output_loading_info=True
    )
    lost = {key: sorted(info[key]) for key in ("missing_keys", "mismatched_keys") if info[key]}
    assert not lost, f"{folder}: {lost}"
    differences["merged"] = (logits(merged) - wanted).abs().max().item()
    best = logits(truncate(reference, int(truncated.name.split("-")[1])))
    differences[truncated.name] = (logits(adapted(base, truncated, source)) - best).abs().max().item()
    return {
        "largestLogit": wanted.abs().max().item(), "adapterMovesLogitsBy": moved,
        "truncationMovesLogitsBy": (best - wanted).abs().max().item(), "largestDifference": differences,
    }  # fmt: skip


def digests(folder):
    files = sorted(folder.glob("*/*.safetensors"))
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    warnings.filterwarnings("ignore")
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    cases = {}
    for group in GROUPS:
        for fixture in sorted(path.parent for path in (PACKAGES / group).glob("*/adapter")):
            name = f"{Path(group).name}/{fixture.name}"
            folder = Path(sys.argv[1]) / name
            cases[name] = check(folder, fixture)
            if group == GROUPS[0]:
                cases[name]["sha256"] = digests(folder)
            print(name, cases[name], flush=True)
    versions = {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__}
    OUT.write_text(json.dumps({"cases": cases, "versions": versions}, indent=2, sort_keys=True) + "\n")


main()
