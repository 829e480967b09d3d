"""Writes packages/core/test/memory/fixtures/kernel-peaks.json: the peak memory of small models under Trainer's autocast,
with Axolotl's LoRA kernels and without, byte by byte.

Axolotl's `kernels/lora.py` runs as it is. Stand-ins compute what Triton or CUDA would: the activation, in place where its
kernel is, and the decoded weight. Dropout's mask has 2 bytes an element on the CPU, and 1 on CUDA.

    pip install torch==2.15.0 transformers==5.24.0 peft==0.21.2 bitsandbytes==0.50.2 numpy
    pip download --no-deps --no-binary :all: axolotl==0.19.0 && tar xf axolotl-0.19.0.tar.gz
    python scripts/reference/kernel_peaks.py axolotl-0.19.0/src/axolotl/kernels
"""

import importlib.util
import inspect
import sys
import textwrap
import types
from pathlib import Path

import bitsandbytes
import peft
import torch
import transformers
from memory_peaks import ALL, MLP, QV, LiveBytes, add_model, peak_of_second, quantize, write_rows
from transformers.models.llama import modeling_llama

OUT = Path(__file__).parents[2] / "packages/core/test/memory/fixtures/kernel-peaks.json"
ATTENTION = [*QV, "k_proj", "o_proj"]
BASE = {
    "hidden": 256, "inner": 896, "layers": 4, "heads": 4, "kvHeads": 2, "headDim": 64, "vocab": 64, "batch": 2,
    "seq": 512, "base": "bf16", "checkpointing": "on", "rank": 4, "targets": ALL, "variant": "lora", "dropout": 0,
    "kernels": True,
}
CASES = {
    "kernels": {},
    "kernels, dropout": {"dropout": 0.05},
    "kernels, one key head": {"kvHeads": 1},
    "kernels, wide heads": {"heads": 8, "kvHeads": 8},
    "kernels, narrow feed-forward layer": {"inner": 384},
    "kernels, four bits": {"base": "nf4"},
    "kernels, no checkpointing": {"checkpointing": "off"},
    "kernels, no checkpointing, dropout": {"checkpointing": "off", "dropout": 0.05},
    "kernels, feed-forward layer alone": {"targets": MLP},
    "kernels, attention alone": {"targets": ATTENTION},
    "q and v, which no kernel takes": {"targets": QV},
    "kernels, DoRA": {"variant": "dora"},
    "autocast": {"kernels": False},
    "autocast, attention alone": {"kernels": False, "targets": ATTENTION},
    "autocast, feed-forward layer alone": {"kernels": False, "targets": MLP},
    "autocast, no checkpointing": {"kernels": False, "checkpointing": "off"},
}


def swiglu_forward(gate, up):
    out = torch.empty_like(gate)
    with torch._C._DisableTorchDispatch():
        out.copy_(torch.nn.functional.silu(gate) * up)
    return out


def swiglu_backward(grad, gate, up):
    with torch._C._DisableTorchDispatch():
        sigmoid = torch.sigmoid(gate.float())
        act = (sigmoid * gate.float()).to(grad.dtype)
        of_gate = (grad * up).float() * sigmoid * (1 + gate.float() * (1 - sigmoid))
        of_up, product = grad * act, act * up
        grad.copy_(product)
        gate.copy_(of_gate.to(grad.dtype))
        up.copy_(of_up)
    return grad, gate, up


def dequantize(weight, state=None):
    if state is None:
        return weight
    turned = weight.shape[0] == 1
    decoded = bitsandbytes.functional.dequantize_4bit(weight.t() if turned else weight, state)
    return decoded.t() if turned else decoded


def load_kernels(folder):
    """Axolotl's lora.py, in a package of stand-ins for what needs a GPU."""

    def module(name, **members):
        made = types.ModuleType(f"kernels_of_axolotl{name}")
        made.__dict__.update(members)
        sys.modules[made.__name__] = made

    module("", __path__=[folder])
    module(".swiglu", swiglu_forward=swiglu_forward, swiglu_backward=swiglu_backward)
    module(".geglu", geglu_forward=None, geglu_backward=None)
    module(".quantize", dequantize=dequantize)
    module(
        ".utils",
        torch_amp_custom_fwd=torch.amp.custom_fwd(device_type="cpu"),
        torch_amp_custom_bwd=torch.amp.custom_bwd(device_type="cpu"),
    )
    spec = importlib.util.spec_from_file_location("kernels_of_axolotl.lora", Path(folder) / "lora.py")
    lora = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = lora
    spec.loader.exec_module(lora)
    return lora


def attention_forward():
    """Llama's attention with `apply_qkv` and `apply_o`, as Axolotl's monkeypatch/lora_kernels.py rewrites it."""
    source = textwrap.dedent(inspect.getsource(modeling_llama.LlamaAttention.forward))
    for letter, name in (("q", "query"), ("k", "key"), ("v", "value")):
        before = f"{name}_states = self.{letter}_proj(hidden_states).view("
        assert before in source
        source = source.replace(before, f"{name}_states = {name}_states.view(")
    states = "query_states, key_states, value_states"
    first = "    query_states = query_states.view("
    source = source.replace(first, f"    {states} = self.apply_qkv(hidden_states)\n{first}")
    assert "self.o_proj(" in source
    namespace = {}
    exec(source.replace("self.o_proj(", "self.apply_o("), modeling_llama.__dict__, namespace)
    return namespace["forward"]


def patch(model, lora):
    """The layers that Axolotl's `apply_lora_kernel_patches` replaces."""

    def adapted(module, names):
        return all(hasattr(getattr(module, name), "lora_A") for name in names)

    forward = attention_forward()
    for layer in model.model.model.layers:
        attention, mlp = layer.self_attn, layer.mlp
        qkv = lora.apply_lora_qkv if adapted(attention, ["q_proj", "k_proj", "v_proj"]) else unpatched_qkv
        o = lora.apply_lora_o if adapted(attention, ["o_proj"]) else unpatched_o
        attention.apply_qkv = types.MethodType(qkv, attention)
        attention.apply_o = types.MethodType(o, attention)
        attention.forward = types.MethodType(forward, attention)
        if adapted(mlp, MLP):
            mlp.forward = types.MethodType(lora.apply_lora_mlp_swiglu, mlp)


def unpatched_qkv(self, x):
    return self.q_proj(x), self.k_proj(x), self.v_proj(x)


def unpatched_o(self, x):
    return self.o_proj(x)


def build(case, lora):
    config = transformers.LlamaConfig(
        hidden_size=case["hidden"], intermediate_size=case["inner"], num_hidden_layers=case["layers"],
        num_attention_heads=case["heads"], num_key_value_heads=case["kvHeads"], head_dim=case["headDim"],
        vocab_size=case["vocab"], use_cache=False, attn_implementation="sdpa",
    )
    model = transformers.LlamaForCausalLM(config).to(torch.bfloat16)
    if case["base"] == "nf4":
        quantize(model)
    if case["checkpointing"] == "on":
        model.enable_input_require_grads()
        model.gradient_checkpointing_enable({"use_reentrant": True})  # axolotl's default
    adapter = peft.LoraConfig(
        r=case["rank"], target_modules=case["targets"], lora_dropout=case["dropout"], use_dora=case["variant"] == "dora",
        task_type="CAUSAL_LM",
    )
    model = peft.get_peft_model(model, adapter)
    if case["kernels"]:
        patch(model, lora)
    return model.train()


def peak_of(case, lora):
    torch.manual_seed(0)
    model = build(case, lora)
    ids = torch.randint(0, case["vocab"], (case["batch"], case["seq"]))

    def step():
        with torch.autocast("cpu", torch.bfloat16):
            loss = model(input_ids=ids, labels=ids).loss
        loss.backward()
        model.zero_grad()

    with LiveBytes() as live:
        add_model(live, model)
        return peak_of_second(live, step)


def main():
    lora = load_kernels(sys.argv[1])
    rows = []
    for name, more in CASES.items():
        case = {"name": name, **BASE, **more}
        rows.append({**case, "peakBytes": peak_of(case, lora)})
        print(name, rows[-1]["peakBytes"], flush=True)
    write_rows(OUT, rows)


if __name__ == "__main__":
    main()
