"""Writes packages/core/test/memory/fixtures/peaks.json: the peak memory of small models in training, byte by byte.

A dispatch mode counts the storages that are alive. It sees every tensor of forward pass, backward pass and optimiser,
but no workspace of a kernel, no allocator and no context. The model is on the CPU, where torch casts scores to fp32
before their softmax; on CUDA one kernel does both, and takes 2 bytes a score less.

    pip install torch==2.15.0 transformers==5.24.0 peft==0.21.2 bitsandbytes==0.50.2 numpy
    python scripts/reference/memory_peaks.py
"""

import gc
import json
import weakref
from pathlib import Path

import peft
import torch
import transformers
from bitsandbytes.nn import Linear4bit, Params4bit
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_iter

OUT = Path(__file__).parents[2] / "packages/core/test/memory/fixtures/peaks.json"
QV = ["q_proj", "v_proj"]
MLP = ["gate_proj", "up_proj", "down_proj"]
ALL = [*QV, "k_proj", "o_proj", *MLP]
HALVES = {"target_modules_bd_a": ["down_proj"], "target_modules_bd_b": ["gate_proj", "up_proj"], "nblocks": 2}
BASE = {
    "hidden": 256, "inner": 704, "layers": 3, "heads": 4, "kvHeads": 4, "vocab": 64, "batch": 2, "seq": 256,
    "base": "bf16", "kbitPrepare": False, "attention": "sdpa", "checkpointing": "on", "rank": 4, "targets": QV,
    "variant": "lora",
}
KBIT = {"base": "nf4", "kbitPrepare": True}
LOSS = {"vocab": 6000, "checkpointing": "off"}
CASES = {
    "LoRA on q and v": {},
    "LoRA on all linear layers": {"targets": ALL},
    "grouped queries": {"kvHeads": 1},
    "prepared": KBIT,
    "prepared, all linear layers": {**KBIT, "targets": ALL},
    "logits": LOSS,
    "prepared, logits": {**KBIT, **LOSS},
    "eager": {"attention": "eager", "seq": 512},
    "eager, prepared": {**KBIT, "attention": "eager", "seq": 512},
    "eager, grouped queries, prepared": {**KBIT, "attention": "eager", "seq": 512, "kvHeads": 1},
    "DoRA": {"variant": "dora", **LOSS},
    "DoRA on all linear layers": {"variant": "dora", "targets": ALL, **LOSS},
    "DoRA, prepared": {"variant": "dora", **KBIT, **LOSS},
    "LoRA-FA": {"variant": "lora-fa", **LOSS},
    "BD-LoRA": {"variant": "bd-lora", "targets": MLP, **LOSS},
    "full": {"variant": "full", "rank": 0},
    "full, logits": {"variant": "full", "rank": 0, **LOSS},
}


class LiveBytes(TorchDispatchMode):
    """Counts the bytes of storages that are alive, and their largest sum."""

    def __init__(self):
        super().__init__()
        self.sizes, self.now, self.peak = {}, 0, 0

    def add(self, tensor):
        if not isinstance(tensor, torch.Tensor):
            return
        storage = tensor.untyped_storage()
        key = storage._cdata
        if key in self.sizes or storage.nbytes() == 0:
            return
        self.sizes[key] = storage.nbytes()
        self.now += storage.nbytes()
        weakref.finalize(storage, self.drop, key)

    def drop(self, key):
        self.now -= self.sizes.pop(key, 0)

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        out = func(*args, **(kwargs or {}))
        for tensor in tree_iter(out):
            self.add(tensor)
        self.peak = max(self.peak, self.now)
        return out


def quantize(module):
    """Replaces the linear layers by 4-bit ones, all but the head: what `load_in_4bit` does."""
    for name, child in list(module.named_children()):
        if name == "lm_head" or not isinstance(child, torch.nn.Linear):
            quantize(child)
            continue
        layer = Linear4bit(child.in_features, child.out_features, bias=False, compute_dtype=torch.bfloat16, quant_type="nf4")
        layer.weight = Params4bit(child.weight.data.clone(), requires_grad=False, compress_statistics=False, quant_type="nf4").to("cpu")
        setattr(module, name, layer)


def build(case):
    config = transformers.LlamaConfig(
        hidden_size=case["hidden"], intermediate_size=case["inner"], num_hidden_layers=case["layers"],
        num_attention_heads=case["heads"], num_key_value_heads=case["kvHeads"], vocab_size=case["vocab"],
        use_cache=False, attn_implementation=case["attention"],
    )
    model = transformers.LlamaForCausalLM(config).to(torch.bfloat16)
    if case["base"] == "nf4":
        quantize(model)
        model.is_loaded_in_4bit = True
    checkpoints = case["checkpointing"] == "on"
    if case["kbitPrepare"]:
        model = peft.prepare_model_for_kbit_training(model, use_gradient_checkpointing=checkpoints)
    elif checkpoints:
        model.enable_input_require_grads()
        model.gradient_checkpointing_enable()
    if case["variant"] == "full":
        return model
    variant = {"dora": {"use_dora": True}, "bd-lora": {"use_bdlora": HALVES}}.get(case["variant"], {})
    config = peft.LoraConfig(r=case["rank"], target_modules=case["targets"], task_type="CAUSAL_LM", **variant)
    return peft.get_peft_model(model, config)


def peak_of(case):
    torch.manual_seed(0)
    model = build(case).train()
    if case["variant"] == "lora-fa":
        for name, parameter in model.named_parameters():
            if "lora_A" in name:
                parameter.requires_grad = False
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, foreach=True)
    ids = torch.randint(0, case["vocab"], (case["batch"], case["seq"]))
    with LiveBytes() as live:
        for tensor in [*model.parameters(), *model.buffers()]:
            live.add(tensor)
            state = getattr(tensor, "quant_state", None)
            if state is not None:
                live.add(state.absmax)
                live.add(state.code)
        for _ in range(2):  # the second step has the optimiser's states
            live.peak = 0
            outputs = model(input_ids=ids, labels=ids)
            outputs.loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            del outputs
            gc.collect()
    return live.peak


def main():
    cases = [{"name": name, **BASE, **more} for name, more in CASES.items()]
    OUT.parent.mkdir(exist_ok=True)
    rows = []
    for case in cases:
        rows.append({**case, "peakBytes": peak_of(case)})
        print(case["name"], rows[-1]["peakBytes"], flush=True)
    OUT.write_text("[\n" + ",\n".join(f"  {json.dumps(row)}" for row in rows) + "\n]\n")


if __name__ == "__main__":
    main()
