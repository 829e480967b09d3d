"""Writes packages/train/test/fixtures/llama-tiny: what transformers + PEFT compute on tiny Llama models.

    python scripts/reference/llama_fixture.py [OUT_FOLDER]

Everything is float32 on one CPU thread, in eval mode (no dropout), with deterministic algorithms, so the
same versions on the same kind of CPU write the same bytes.
"""

import json
import shutil
import sys
import warnings
from pathlib import Path

import peft
import safetensors
import torch
import transformers
from peft import LoraConfig, get_peft_model
from peft.utils import get_peft_model_state_dict
from safetensors.torch import load_file, save_file
from transformers import LlamaConfig, LlamaForCausalLM, LlamaForSequenceClassification

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "packages/train/test/fixtures/llama-tiny"
TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
PAD = 0
VOCAB = 64
LENGTHS = [10, 7, 4]
STEPS = 3
ADAMW = {"lr": 1e-3, "betas": [0.9, 0.999], "eps": 1e-8, "weight_decay": 0.01}


def build_base(kind, layers, tied, seed):
    """A Llama whose weights are large enough (std 0.2) that no branch of it is numerically silent."""
    config = LlamaConfig(
        vocab_size=VOCAB, hidden_size=32, intermediate_size=48, num_hidden_layers=layers,
        num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=64, rms_norm_eps=1e-5,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0}, pad_token_id=PAD, bos_token_id=1,
        eos_token_id=2, tie_word_embeddings=tied, num_labels=2, use_cache=False, dtype="float32",
    )  # fmt: skip
    config._attn_implementation = "eager"
    model = {"cls": LlamaForSequenceClassification, "causal": LlamaForCausalLM}[kind](config)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            values = torch.randn(parameter.shape, generator=generator)
            parameter.copy_(1 + 0.2 * values if "norm" in name else 0.2 * values)
    return model.eval()


def add_adapter(base, kind, rank, rslora, seed):
    """LoRA on all seven linear layers with a random B; the classifier's score head differs from the base's."""
    model = get_peft_model(base, LoraConfig(
        r=rank, lora_alpha=8, lora_dropout=0.0, target_modules=TARGETS, use_rslora=rslora, bias="none",
        task_type="SEQ_CLS" if kind == "cls" else "CAUSAL_LM",
    ))  # fmt: skip
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for _, parameter in sorted(trainable(model).items()):
            parameter.copy_(0.1 * torch.randn(parameter.shape, generator=generator))
    return model.eval()


def trainable(model):
    return {peft_key(n): p for n, p in model.named_parameters() if p.requires_grad}


def peft_key(name):
    return name.replace(".default", "").replace(".modules_to_save", "")


def batch_of(kind, seed):
    """Right-padded; no real token equals the pad id, since transformers finds the last token by it."""
    generator = torch.Generator().manual_seed(seed)
    ids = torch.randint(3, VOCAB, (len(LENGTHS), max(LENGTHS)), generator=generator)
    mask = torch.tensor([[int(t < n) for t in range(max(LENGTHS))] for n in LENGTHS])
    ids = torch.where(mask == 1, ids, PAD)
    labels = torch.tensor([1, 0, 1]) if kind == "cls" else torch.where(mask == 1, ids, -100)
    return {"input_ids": ids, "attention_mask": mask, "labels": labels}


def evaluate(model, batch):
    """logits, loss, and the gradient of the loss by every trained tensor; then STEPS of AdamW."""
    tensors = {}
    model.zero_grad()
    output = model(**batch)
    output.loss.backward()
    tensors["logits"] = output.logits.detach().clone()
    tensors["loss"] = output.loss.detach().clone()
    for key, parameter in trainable(model).items():
        tensors[f"gradient.{key}"] = parameter.grad.clone()

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
    for key, parameter in trainable(model).items():
        tensors[f"after.{key}"] = parameter.detach().clone()
    return tensors, losses


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2, sort_keys=True) + "\n")


def write_case(out, name, kind, base, rank, rslora, seed):
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    base.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    model = add_adapter(base, kind, rank, rslora, seed)

    adapter = folder / "adapter"
    model.save_pretrained(adapter)
    (adapter / "README.md").unlink(missing_ok=True)
    config = json.loads((adapter / "adapter_config.json").read_text())
    config["target_modules"] = sorted(config["target_modules"])  # PEFT writes them in set order: not stable
    config["base_model_name_or_path"] = f"llama-tiny/{name}"  # save_pretrained drops it: this base has no name
    write_json(adapter / "adapter_config.json", config)
    keys = set(load_file(adapter / "adapter_model.safetensors"))
    assert keys == set(trainable(model)) == set(get_peft_model_state_dict(model)), "keys differ from the file"

    batch = batch_of(kind, seed + 1)
    tensors, losses = evaluate(model, batch)
    save_file({**batch, **tensors}, folder / "expected.safetensors", metadata={"format": "pt"})
    write_json(folder / "expected.json", {
        "task": "classification" if kind == "cls" else "causal-lm",
        "rank": rank, "alpha": 8, "scalingRule": "rslora" if rslora else "lora",
        "scaling": 8 / rank**0.5 if rslora else 8 / rank,
        "lengths": LENGTHS, "padTokenId": PAD, "loss": tensors["loss"].item(),
        "adamw": {**ADAMW, "steps": STEPS, "losses": losses},
        "versions": {
            "python": sys.version.split()[0], "torch": torch.__version__, "safetensors": safetensors.__version__,
            "transformers": transformers.__version__, "peft": peft.__version__,
        },
    })  # fmt: skip
    for path in folder.rglob("*.safetensors"):
        path.chmod(0o644)
    print(name, "loss", losses)


def main():
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    warnings.filterwarnings("ignore")
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else OUT
    shutil.rmtree(out, ignore_errors=True)
    classifier = build_base("cls", layers=2, tied=False, seed=1)
    write_case(out, "classifier", "cls", classifier, rank=4, rslora=False, seed=10)
    tied = build_base("causal", layers=1, tied=True, seed=2)
    write_case(out, "causal-tied", "causal", tied, rank=4, rslora=False, seed=30)
    untied = build_base("causal", layers=1, tied=False, seed=3)
    write_case(out, "causal-untied-rslora", "causal", untied, rank=2, rslora=True, seed=40)


main()
