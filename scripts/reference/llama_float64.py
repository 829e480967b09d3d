"""Recomputes the llama-tiny fixtures in float64 without transformers or PEFT, and prints how far they are off.

    python scripts/reference/llama_float64.py [FIXTURES_FOLDER]

A second opinion on the fixtures (the formulas are written out below), and the float32 error in them: a test's
tolerance below these figures asks for more than the reference itself has.
"""

import json
import sys
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy, silu
from safetensors.torch import load_file

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "packages/train/test/fixtures/llama-tiny"
PREFIX = "base_model.model."


def rms_norm(x, weight, epsilon):
    return weight * x / torch.sqrt((x * x).mean(-1, keepdim=True) + epsilon)


def rotate(x, theta):
    """RoPE on [batch, head, seq, dim], halves paired (i, i + dim / 2)."""
    seq, dim = x.shape[-2:]
    angle = torch.arange(seq).double()[:, None] * theta ** (-torch.arange(0, dim, 2).double() / dim)
    cos, sin = angle.cos(), angle.sin()
    first, second = x.chunk(2, -1)
    return torch.cat([first * cos - second * sin, second * cos + first * sin], -1)


def forward(config, base, lora, scaling, ids):
    """Final hidden states [batch, seq, hidden]. Right padding needs no mask: causal attention never sees it."""

    def linear(x, path):
        low = x @ lora[f"{PREFIX}{path}.lora_A.weight"].T @ lora[f"{PREFIX}{path}.lora_B.weight"].T
        return x @ base[f"{path}.weight"].T + scaling * low

    heads, groups, dim = config["num_attention_heads"], config["num_key_value_heads"], config["head_dim"]
    theta, epsilon = config["rope_parameters"]["rope_theta"], config["rms_norm_eps"]
    batch, seq = ids.shape
    x = base["model.embed_tokens.weight"][ids]
    hidden_from = torch.full((seq, seq), -torch.inf).double().triu(1)
    for layer in range(config["num_hidden_layers"]):
        path = f"model.layers.{layer}."
        normed = rms_norm(x, base[f"{path}input_layernorm.weight"], epsilon)
        q = linear(normed, f"{path}self_attn.q_proj").view(batch, seq, heads, dim).transpose(1, 2)
        k = linear(normed, f"{path}self_attn.k_proj").view(batch, seq, groups, dim).transpose(1, 2)
        v = linear(normed, f"{path}self_attn.v_proj").view(batch, seq, groups, dim).transpose(1, 2)
        q, k = rotate(q, theta), rotate(k, theta)
        k, v = (t.repeat_interleave(heads // groups, 1) for t in (k, v))
        weights = torch.softmax(q @ k.transpose(-1, -2) / dim**0.5 + hidden_from, -1)
        attended = (weights @ v).transpose(1, 2).reshape(batch, seq, heads * dim)
        x = x + linear(attended, f"{path}self_attn.o_proj")
        normed = rms_norm(x, base[f"{path}post_attention_layernorm.weight"], epsilon)
        gated = silu(linear(normed, f"{path}mlp.gate_proj")) * linear(normed, f"{path}mlp.up_proj")
        x = x + linear(gated, f"{path}mlp.down_proj")
    return rms_norm(x, base["model.norm.weight"], epsilon)


def logits_and_loss(config, expected, base, lora, batch):
    ids, labels = batch["input_ids"], batch["labels"]
    states = forward(config, base, lora, expected["scaling"], ids)
    if expected["task"] == "classification":
        last = torch.tensor(expected["lengths"]) - 1
        logits = states[torch.arange(len(last)), last] @ lora[f"{PREFIX}score.weight"].T
        return logits, cross_entropy(logits, labels)
    head = "model.embed_tokens.weight" if config["tie_word_embeddings"] else "lm_head.weight"
    logits = states @ base[head].T
    return logits, cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten(), ignore_index=-100)


def adamw(parameters, gradients, state, step, options):
    beta1, beta2 = options["betas"]
    for key, gradient in gradients.items():
        m, v = state.setdefault(key, (torch.zeros_like(gradient), torch.zeros_like(gradient)))
        m, v = beta1 * m + (1 - beta1) * gradient, beta2 * v + (1 - beta2) * gradient**2
        state[key] = (m, v)
        update = m / (1 - beta1**step) / ((v / (1 - beta2**step)).sqrt() + options["eps"])
        parameters[key] = parameters[key] * (1 - options["lr"] * options["weight_decay"]) - options["lr"] * update


def check(folder):
    config = json.loads((folder / "config.json").read_text())
    expected = json.loads((folder / "expected.json").read_text())
    batch = load_file(folder / "expected.safetensors")
    base = {k: t.double() for k, t in load_file(folder / "model.safetensors").items()}
    lora = {k: t.double() for k, t in load_file(folder / "adapter/adapter_model.safetensors").items()}
    real = batch["attention_mask"].bool() if expected["task"] == "causal-lm" else ...
    errors, state = {}, {}

    def note(group, got, want):
        errors[group] = max(errors.get(group, 0.0), (got - want.double()).abs().max().item())

    for step in range(1, expected["adamw"]["steps"] + 1):
        leaves = {k: t.detach().requires_grad_() for k, t in lora.items()}
        logits, loss = logits_and_loss(config, expected, base, leaves, batch)
        gradients = dict(zip(leaves, torch.autograd.grad(loss, list(leaves.values()))))
        if step == 1:
            note("logits", logits[real], batch["logits"][real])
            note("loss", loss, batch["loss"])
            for key, gradient in gradients.items():
                note("gradient", gradient, batch[f"gradient.{key}"])
        adamw(lora, gradients, state, step, expected["adamw"])
    for key, tensor in lora.items():
        note("after", tensor, batch[f"after.{key}"])
    print(folder.name, {group: f"{error:.1e}" for group, error in errors.items()})


for path in sorted(Path(sys.argv[1]).iterdir() if len(sys.argv) > 1 else FIXTURES.iterdir()):
    check(path)
