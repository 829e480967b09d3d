"""Writes packages/train/test/fixtures/families: what transformers + PEFT compute on a tiny model of every family.

    python scripts/reference/family_fixture.py [--out FOLDER] [CASE ...]

Everything is float32 on one CPU thread, in eval mode (no dropout), with eager attention and deterministic algorithms,
so the same versions on the same kind of CPU write the same bytes. The cases are in family_cases.py.
"""

import argparse
import json
import shutil
import sys
import warnings
import zlib
from pathlib import Path

import peft
import safetensors
import torch
import transformers
from family_cases import CASES, LABELS, VOCAB
from peft import LoraConfig, get_peft_model
from peft.tuners.lora import LoraLayer
from peft.utils import get_peft_model_state_dict
from safetensors.torch import load_file, save_file

OUT = Path(__file__).resolve().parents[2] / "packages/train/test/fixtures/families"
LENGTHS = [10, 7, 4]
WIDTH = max(LENGTHS)
STEPS = 3
ADAMW = {"lr": 1e-3, "betas": [0.9, 0.999], "eps": 1e-8, "weight_decay": 0.01}
SILENT = 1e-2


def generator_of(case, what):
    return torch.Generator().manual_seed(zlib.crc32(f"{case.name}/{what}".encode()))


def build(case, **changes):
    """The model of `case` with random weights, each large enough (std 0.2) that no branch is numerically silent."""
    fields = {**case.config, "pad_token_id": case.pad, "dtype": "float32", **changes}
    if case.classifies and case.saved_as is None:
        fields["num_labels"] = LABELS
    config = case.model.config_class(**fields)
    config._attn_implementation = "eager"
    torch.manual_seed(0)
    model = (case.saved_as or case.model)(config)
    generator = generator_of(case, "base")
    with torch.no_grad():
        for path, module in model.named_modules():
            for name, parameter in module.named_parameters(recurse=False):
                neutral = neutral_value(module) if name == "weight" else 0
                parameter.copy_(neutral + 0.2 * torch.randn(parameter.shape, generator=generator))
    return model.eval()


def neutral_value(module):
    """Gemma's RMSNorm multiplies by 1 + weight; the others by weight."""
    kind = type(module).__name__
    return 1 if "Norm" in kind and not kind.startswith("Gemma") else 0


def save_base(case, folder):
    """Writes config.json and model.safetensors; returns the model as transformers reads it from there."""
    base = build(case)
    base.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    file = folder / "model.safetensors"
    if case.saved_as is transformers.BertModel:  # as all-MiniLM-L6-v2's file does
        save_file({**load_file(file), "embeddings.position_ids": torch.arange(16)[None]}, file, metadata={"format": "pt"})
    if case.saved_as is transformers.GPT2Model:  # as openai-community/gpt2's file does: the causal masks
        mask = {f"h.{i}.attn.bias": torch.tril(torch.ones(1, 1, 16, 16)) for i in range(2)}
        save_file({**load_file(file), **mask}, file, metadata={"format": "pt"})
    if case.published:
        more, dropped = case.published
        fields = {key: value for key, value in read_json(folder / "config.json").items() if key not in dropped}
        write_json(folder / "config.published.json", {**fields, **more})
    return load_base(case, folder)


def load_base(case, folder, config=None):
    labels = {"num_labels": LABELS} if case.classifies and case.saved_as else {}
    torch.manual_seed(1)  # a head that the file lacks
    return case.model.from_pretrained(folder, config=config, attn_implementation="eager", dtype=torch.float32, **labels).eval()


def add_adapter(case, base):
    """A, B and heads at random; a DoRA magnitude, which starts at the row norm, off by about a tenth."""
    task = "SEQ_CLS" if case.classifies else "CAUSAL_LM"
    model = get_peft_model(base, LoraConfig(lora_dropout=0.0, bias="none", task_type=task, **case.adapter))
    generator = generator_of(case, "adapter")
    with torch.no_grad():
        for key, parameter in sorted(trainable(model).items()):
            noise = torch.randn(parameter.shape, generator=generator)
            if "magnitude" in key:
                parameter.mul_(1 + 0.1 * noise)
            else:
                parameter.copy_((0.1 if "lora_" in key else 0.2) * noise)
    return model.eval()


def trainable(model):
    return {peft_key(n): p for n, p in model.named_parameters() if p.requires_grad}


def peft_key(name):
    name = name.replace("lora_magnitude_vector.default.weight", "lora_magnitude_vector")
    return name.replace(".default", "").replace(".modules_to_save", "")


def save_adapter(case, model, folder):
    model.save_pretrained(folder)
    (folder / "README.md").unlink(missing_ok=True)
    config = read_json(folder / "adapter_config.json")
    if not isinstance(config["target_modules"], str):
        config["target_modules"] = sorted(config["target_modules"])  # PEFT writes them in set order: not stable
    if config["modules_to_save"]:
        config["modules_to_save"] = sorted(config["modules_to_save"])
    config["base_model_name_or_path"] = f"families/{case.name}"
    write_json(folder / "adapter_config.json", config)
    keys = set(load_file(folder / "adapter_model.safetensors"))
    assert keys == set(trainable(model)) == set(get_peft_model_state_dict(model)), "keys differ from the file"


def batches(case):
    """The same examples padded right and left. No real token equals the pad id: transformers looks for it."""
    rows = torch.randint(3, VOCAB, (len(LENGTHS), WIDTH), generator=generator_of(case, "batch"))
    return {side: batch_of(case, rows, side) for side in ("right", "left")}


def batch_of(case, rows, side):
    ids = torch.full_like(rows, case.pad)
    mask = torch.zeros_like(rows)
    labels = torch.full_like(rows, -100)
    for row, length in enumerate(LENGTHS):
        start = 0 if side == "right" else WIDTH - length
        ids[row, start : start + length] = rows[row, :length]
        mask[row, start : start + length] = 1
        labels[row, start + 1 : start + length] = rows[row, 1:length]
        if side == "right":
            labels[row, 0] = rows[row, 0]  # nothing predicts it
    if case.classifies:
        labels = torch.tensor([1, 0, 2])
    return {"input_ids": ids, "attention_mask": mask, "labels": labels}


def evaluate(model, batch):
    model.zero_grad()
    output = model(**batch)
    output.loss.backward()
    gradients = {f"gradient.{key}": parameter.grad.clone() for key, parameter in trainable(model).items()}
    return {"logits": output.logits.detach().clone(), "loss": output.loss.detach().clone(), **gradients}


def take_steps(model, batch):
    options = {**ADAMW, "betas": tuple(ADAMW["betas"])}
    optimizer = torch.optim.AdamW(trainable(model).values(), foreach=False, fused=False, **options)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = model(**batch).loss
        loss.backward()
        losses.append(loss.item())
        optimizer.step()
    with torch.no_grad():
        losses.append(model(**batch).loss.item())
    return {f"after.{key}": parameter.detach().clone() for key, parameter in trainable(model).items()}, losses


def real_logits(model, batch, classifies):
    with torch.no_grad():
        logits = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits
    return logits if classifies else logits[batch["attention_mask"] == 1]


def check_features(case, folder, batch):
    """The published form of the config is the same model; every feature of the case moves the logits."""
    plain = real_logits(load_base(case, folder), batch, case.classifies)
    if case.published:
        config = case.model.config_class.from_dict(read_json(folder / "config.published.json"))
        again = real_logits(load_base(case, folder, config), batch, case.classifies)
        assert torch.equal(plain, again), f"{case.name}: config.published.json is another model"
    for change in case.without:
        moved = (real_logits(build(case, **change), batch, case.classifies) - plain).abs().max().item()
        assert moved > SILENT, f"{case.name}: {change} moves the logits by {moved} only"


def write_case(out, case):
    folder = out / case.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    base = save_base(case, folder)
    data = batches(case)
    check_features(case, folder, data["right"])

    model = add_adapter(case, base)
    save_adapter(case, model, folder / "adapter")
    scalings = {
        name.removeprefix("base_model.model."): module.scaling["default"]
        for name, module in model.named_modules() if isinstance(module, LoraLayer)
    }  # fmt: skip
    right = evaluate(model, data["right"])
    left = evaluate(model, data["left"])
    for key, tensor in {**right, **left}.items():
        assert tensor.abs().max() > 1e-5, f"{case.name}: {key} is all but zero"
    after, losses = take_steps(model, data["right"])
    tensors = {**data["right"], **right, **after}
    tensors |= {f"left.{key}": tensor for key, tensor in {**data["left"], **left}.items()}
    save_file(tensors, folder / "expected.safetensors", metadata={"format": "pt"})

    config = case.adapter
    write_json(folder / "expected.json", {
        "task": "classification" if case.classifies else "causal-lm",
        "labels": LABELS if case.classifies else None, "model": case.model.__name__,
        "rank": config["r"], "alpha": config["lora_alpha"],
        "scalingRule": "rslora" if config.get("use_rslora") else "lora", "scalings": scalings,
        "dora": config.get("use_dora", False), "fanInFanOut": config.get("fan_in_fan_out", False),
        "lengths": LENGTHS, "padTokenId": case.pad, "loss": right["loss"].item(), "leftLoss": left["loss"].item(),
        "adamw": {**ADAMW, "steps": STEPS, "losses": losses},
        "versions": {
            "python": sys.version.split()[0], "torch": torch.__version__, "safetensors": safetensors.__version__,
            "transformers": transformers.__version__, "peft": peft.__version__,
        },
    })  # fmt: skip
    for path in folder.rglob("*.safetensors"):
        path.chmod(0o644)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    same = (right["logits"] - left["logits"]).abs().max().item() if case.classifies else None
    print(f"{case.name}: {size / 1000:.0f} kB, loss {losses}, left {left['loss'].item():.6f}, left − right logits {same}")


def read_json(path):
    return json.loads(path.read_text())


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2, sort_keys=True) + "\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("cases", nargs="*")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    warnings.filterwarnings("ignore")
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    for case in CASES:
        if not options.cases or case.name in options.cases:
            write_case(options.out, case)


main()
