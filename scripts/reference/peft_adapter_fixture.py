"""Writes the adapters of packages/checkpoint/test/fixtures as PEFT itself saves and merges them.

    python scripts/reference/peft_adapter_fixture.py [OUT_FOLDER]

peft-classifier          an rsLoRA adapter of a tiny Llama with a trained head
merge/<case>/base        a tiny random model as transformers saves it
merge/<case>/adapter     an adapter on it as PEFT saves it
merge/<case>/merged.safetensors   what merge_and_unload() makes of the two, float32
"""

import shutil
import sys
import tempfile
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from transformers import (
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForSequenceClassification,
    RobertaConfig,
    RobertaForSequenceClassification,
)

ROOT = Path(__file__).resolve().parents[2]
OUT = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "packages/checkpoint/test/fixtures"


def llama():
    config = LlamaConfig(
        vocab_size=16, hidden_size=8, intermediate_size=12, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=1, num_labels=2, pad_token_id=0,
    )  # fmt: skip
    return LlamaForSequenceClassification(config)


def gpt2():
    return GPT2LMHeadModel(GPT2Config(vocab_size=16, n_embd=8, n_head=2, n_layer=2, n_positions=16))


def roberta():
    config = RobertaConfig(
        vocab_size=16, hidden_size=8, intermediate_size=12, num_hidden_layers=1, num_attention_heads=2,
        max_position_embeddings=20, num_labels=3, pad_token_id=1,
    )  # fmt: skip
    return RobertaForSequenceClassification(config)


def adapted(model, **config):
    """Every trained tensor random, so that each of them shows."""
    model = get_peft_model(model, LoraConfig(**config))
    torch.manual_seed(2)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_B" in name or "modules_to_save" in name:
                parameter.normal_()
            elif "magnitude" in name:
                parameter.mul_(1 + 0.5 * torch.rand_like(parameter))
    return model


def save_adapter(model, name, folder):
    model.base_model.model.config.name_or_path = name
    model.peft_config["default"].base_model_name_or_path = name
    targets = model.peft_config["default"].target_modules
    model.peft_config["default"].target_modules = sorted(targets)  # a set is written in any order
    model.save_pretrained(folder)
    (folder / "README.md").unlink()  # a template with blanks


def merge_case(name, base, part, shard_size, **config):
    """`part` is the attribute of the model that the base's checkpoint holds; None for all of it."""
    folder = OUT / "merge" / name
    shutil.rmtree(folder, ignore_errors=True)
    torch.manual_seed(1)
    model = base()
    with torch.no_grad():
        for parameter in model.parameters():  # a fresh model's biases are all zero
            if parameter.dim() == 1:
                parameter.add_(0.1 * torch.randn_like(parameter))
    saved = getattr(model, part) if part else model
    saved.save_pretrained(folder / "base", max_shard_size=shard_size)
    (folder / "base" / "generation_config.json").unlink(missing_ok=True)
    model = adapted(model, **config)
    save_adapter(model, f"tiny-{name}", folder / "adapter")
    merged = model.merge_and_unload().state_dict()
    if name == "gpt2-dora":
        del merged["lm_head.weight"]  # the embedding itself
    save_file({key: tensor.contiguous().clone() for key, tensor in merged.items()}, folder / "merged.safetensors")


def main():
    torch.manual_seed(1)
    classifier = OUT / "peft-classifier"
    model = adapted(
        llama(), r=2, lora_alpha=8, lora_dropout=0.05, target_modules=["q_proj", "v_proj"], task_type="SEQ_CLS",
        use_rslora=True,
    )  # fmt: skip
    save_adapter(model, "tiny-llama", classifier)
    merge_case(
        "llama-patterns", llama, None, "3KB", r=2, lora_alpha=8, target_modules=["q_proj", "v_proj", "up_proj"],
        task_type="SEQ_CLS", use_rslora=True, rank_pattern={r"layers\.1\..*_proj": 3, "v_proj": 1},
        alpha_pattern={"up_proj": 5, "^model.layers.0.self_attn.q_proj": 2},
    )  # fmt: skip
    merge_case(
        "gpt2-dora", gpt2, "transformer", "1GB", r=2, lora_alpha=3, target_modules=["c_attn", "c_proj", "c_fc"],
        task_type="CAUSAL_LM", use_dora=True, fan_in_fan_out=True,
    )  # fmt: skip
    merge_case(
        "roberta-head", roberta, "roberta", "1GB", r=2, lora_alpha=4, target_modules=["query", "value"],
        task_type="SEQ_CLS",
    )  # fmt: skip


main()
