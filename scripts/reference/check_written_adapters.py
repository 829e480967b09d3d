"""Loads the adapters that scripts/write-adapters.ts wrote in PEFT, and compares the logits with the fixtures'.

    python scripts/reference/check_written_adapters.py FOLDER

Writes packages/train/test/fixtures/written-adapters.json: for each case the largest difference from the logits of the
adapter that PEFT itself had saved, under both paddings, and the SHA-256 of the two files that were loaded, so that
a test can say whether our code still writes the same.
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
from safetensors.torch import load_file

FIXTURES = Path(__file__).resolve().parents[2] / "packages/train/test/fixtures"
OUT = FIXTURES / "written-adapters.json"
CLASSES = {"classification": "LlamaForSequenceClassification", "causal-lm": "LlamaForCausalLM"}


def load_base(fixture, expected):
    model = getattr(transformers, expected.get("model", CLASSES[expected["task"]]))
    labels = {"num_labels": expected["labels"]} if expected.get("labels") else {}
    return model.from_pretrained(fixture, attn_implementation="eager", dtype=torch.float32, **labels)


def assert_loaded(model, tensors):
    """Every tensor of the file, and no other trained one, is in the model, unchanged."""
    state = {}
    for name, tensor in model.state_dict().items():
        if "lora_" in name or ".modules_to_save." in name:
            name = name.replace("lora_magnitude_vector.default.weight", "lora_magnitude_vector")
            state[name.replace(".default", "").replace(".modules_to_save", "")] = tensor
    assert set(state) == set(tensors), f"not the file's tensors: {sorted(set(state) ^ set(tensors))}"
    for name, tensor in tensors.items():
        assert torch.equal(state[name], tensor), f"{name} changed"


def difference(model, expected, prefix, causal):
    ids, mask = expected[f"{prefix}input_ids"], expected[f"{prefix}attention_mask"]
    with torch.no_grad():
        logits = model(input_ids=ids, attention_mask=mask).logits
    errors = (logits - expected[f"{prefix}logits"]).abs()
    return (errors[mask == 1] if causal else errors).max().item()


def check(written, fixture):
    expected = json.loads((fixture / "expected.json").read_text())
    model = PeftModel.from_pretrained(load_base(fixture, expected), written).eval()
    weights = written / "adapter_model.safetensors"
    tensors = load_file(weights)
    assert_loaded(model, tensors)
    wanted = load_file(fixture / "expected.safetensors")
    causal = expected["task"] == "causal-lm"
    differences = {"right": difference(model, wanted, "", causal)}
    if "left.logits" in wanted:
        differences["left"] = difference(model, wanted, "left.", causal)
    return {
        "tensors": len(tensors), "largestDifference": differences,
        "sha256": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (written / "adapter_config.json", weights)},
    }  # fmt: skip


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    warnings.filterwarnings("ignore")
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    cases = {}
    for config in sorted(Path(sys.argv[1]).glob("*/*/adapter_config.json")):
        name = "/".join(config.parent.parts[-2:])
        cases[name] = check(config.parent, FIXTURES / name)
        print(name, cases[name]["tensors"], cases[name]["largestDifference"])
    versions = {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__}
    OUT.write_text(json.dumps({"cases": cases, "versions": versions}, indent=2, sort_keys=True) + "\n")


main()
