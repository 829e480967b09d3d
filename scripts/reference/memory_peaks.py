"""Writes packages/core/test/memory/fixtures/peaks.json: the peak memory of small models in training, byte by byte.

A dispatch mode counts the storages that are alive. It sees every tensor of forward pass, backward pass and optimiser,
but no workspace of a kernel, no allocator and no context. The model is on the CPU; where CUDA's kernels hold other
tensors, the counter takes theirs: see `LiveBytesOnCuda`.

    pip install torch==2.15.0 transformers==5.24.0 peft==0.21.2 bitsandbytes==0.50.2 numpy
    python scripts/reference/memory_peaks.py
"""

import gc
import json
import weakref
from contextlib import nullcontext
from pathlib import Path

import peft
import torch
import transformers
from bitsandbytes.nn import Linear4bit, Params4bit
from torch.nn.attention import SDPBackend, sdpa_kernel
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
    "variant": "lora", "dropout": 0, "mask": "none", "model": "llama",
    "kernel": "default", "modelDropout": 0,
}
GPT2 = {"model": "gpt2", "targets": ["c_attn", "c_proj", "c_fc"]}
GPT2_DROPS = {**GPT2, "modelDropout": 0.1}
PHI = {"model": "phi", "inner": 1024, "targets": ["q_proj", "v_proj", "fc1", "fc2"]}
BERT_DROPS = {"model": "bert", "inner": 1024, "targets": ["query", "value"], "modelDropout": 0.1}
GEMMA2 = {"model": "gemma2", "attention": "eager", "seq": 512, "kvHeads": 2, "targets": ALL}
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
    "logits held by the loop": {"vocab": 6000, "layers": 12, "inner": 4096, "targets": ALL},
    "high rank": {"rank": 128, "targets": ALL, "layers": 6, "seq": 64},
    "high rank, few tokens, prepared": {**KBIT, "hidden": 512, "inner": 2048, "rank": 64, "targets": ALL, "seq": 32},
    "few tokens, prepared": {**KBIT, "hidden": 1024, "inner": 4096, "seq": 32},
    "eager, grouped queries": {"attention": "eager", "seq": 512, "kvHeads": 1, "targets": ALL},
    "eager, without checkpoints": {"attention": "eager", "seq": 512, "checkpointing": "off", "layers": 8},
    # CUDA has no fused kernel for float32 queries in groups.
    "prepared, grouped queries": {**KBIT, "kvHeads": 2, "seq": 512, "kernel": "math"},
    "prepared, grouped queries, without checkpoints": {**KBIT, "kvHeads": 2, "seq": 512, "kernel": "math", "checkpointing": "off", "layers": 8},
    "padded": {"mask": "padding", "seq": 768},
    "padded, grouped queries": {"mask": "padding", "seq": 768, "kvHeads": 2, "checkpointing": "off"},
    "packed, grouped queries": {"mask": "packing", "seq": 768, "kvHeads": 2, "checkpointing": "off"},
    "dropout": {"dropout": 0.1, "targets": ALL, "checkpointing": "off"},
    "DoRA with dropout": {"variant": "dora", "dropout": 0.1, "targets": ALL, "checkpointing": "off"},
    "DoRA, eager": {"variant": "dora", "attention": "eager", "seq": 512},
    "gelu_new": {"model": "gpt2", "targets": ["c_attn"], "checkpointing": "off"},
    "gelu_new, checkpoints": {"model": "gpt2", "targets": ["c_attn", "c_proj", "c_fc"]},
    "gelu_new, parallel": {"model": "phi", "inner": 1024, "targets": ["q_proj", "v_proj", "fc1", "fc2"], "checkpointing": "off"},
    "gelu_pytorch_tanh": {"model": "starcoder2", "inner": 1024, "kvHeads": 2, "targets": ["q_proj", "v_proj"], "checkpointing": "off"},
    "GEGLU": {"model": "gemma", "targets": ALL, "checkpointing": "off"},
    "model's dropout": {**GPT2_DROPS, "checkpointing": "off"},
    "model's dropout, checkpoints": GPT2_DROPS,
    "model's dropout, eager": {**GPT2_DROPS, "attention": "eager", "checkpointing": "off"},
    "model's dropout, eager, checkpoints": {**GPT2_DROPS, "attention": "eager", "seq": 512},
    "softmax in 16 bits": {**GPT2, "attention": "eager", "seq": 512, "checkpointing": "off"},
    "softmax in 16 bits, checkpoints": {**GPT2, "attention": "eager", "seq": 512},
    "model's dropout, parallel": {**PHI, "modelDropout": 0.1, "checkpointing": "off"},
    "model's dropout, parallel, eager": {**PHI, "modelDropout": 0.1, "attention": "eager"},
    "model's dropout, encoder": {**BERT_DROPS, "checkpointing": "off"},
    "model's dropout, encoder, eager": {**BERT_DROPS, "attention": "eager", "checkpointing": "off"},
    "model's dropout, prepared, eager": {**PHI, **KBIT, "modelDropout": 0.1, "attention": "eager", "targets": ["q_proj", "v_proj"]},
    "capped scores": {**GEMMA2, "checkpointing": "off"},
    "capped scores, checkpoints": GEMMA2,
    "capped logits": {**GEMMA2, **LOSS, "seq": 256},
    "capped logits, checkpoints": {**GEMMA2, "seq": 256, "vocab": 12000},
    "mixture": {"model": "mixtral", "inner": 352, "checkpointing": "off"},
}
DROPOUTS = {
    "gpt2": ["resid_pdrop", "embd_pdrop", "attn_pdrop"], "phi": ["resid_pdrop", "attention_dropout"],
    "starcoder2": ["residual_dropout", "embedding_dropout"], "bert": ["hidden_dropout_prob", "attention_probs_dropout_prob"],
}
OTHER_FIELDS = {"mixtral": {"num_local_experts": 8, "num_experts_per_tok": 2}, "gemma2": {"query_pre_attn_scalar": 64}}


def config_of(case):
    """The model's config: names of GPT-2 are its own."""
    kind, size = case["model"], case["hidden"]
    if kind == "gpt2":
        more = {"n_embd": size, "n_inner": 4 * size, "n_layer": case["layers"], "n_head": case["heads"], "n_positions": 1024}
    else:
        more = {"hidden_size": size, "intermediate_size": case["inner"], "num_hidden_layers": case["layers"],
                "num_attention_heads": case["heads"], "num_key_value_heads": case["kvHeads"], "head_dim": size // case["heads"],
                "pad_token_id": None, "bos_token_id": 1, "eos_token_id": 2, **OTHER_FIELDS.get(kind, {})}
        if kind in ("phi", "bert"):
            more.pop("head_dim")
        if kind == "bert":
            more |= {"max_position_embeddings": 1024, "type_vocab_size": 2, "pad_token_id": 0}
    more |= {name: case["modelDropout"] for name in DROPOUTS.get(kind, [])}
    return {"model_type": kind, "vocab_size": case["vocab"], "tie_word_embeddings": False, **more}


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

    def more_of(self, func, out):
        """Bytes that another device holds during this operation beyond the CPU."""
        return 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        out = func(*args, **(kwargs or {}))
        for tensor in tree_iter(out):
            self.add(tensor)
        more = self.more_of(func, out)
        self.peak = max(self.peak, self.now + more)
        return out


class LiveBytesOnCuda(LiveBytes):
    """Counts them as CUDA would hold them.

    Softmax (aten/src/ATen/native/cuda/SoftMax.cu) casts 16-bit scores on the way to float32, where the CPU has cast
    them before; its backward pass holds `grad * output`. A dropout mask has one byte an element (`native_dropout`),
    where the CPU's has the input's dtype.
    """

    def __init__(self, casts_scores=False):
        super().__init__()
        self.casts_scores = casts_scores

    def more_of(self, func, out):
        if func is torch.ops.aten._softmax.default:
            return -4 * out.numel() if self.casts_scores else 0
        if func is torch.ops.aten._softmax_backward_data.default:
            return (2 if self.casts_scores else out.element_size()) * out.numel()
        if func is torch.ops.aten.bernoulli_.float:
            mask = out.untyped_storage()
            self.now -= self.sizes[mask._cdata] - out.numel()
            self.sizes[mask._cdata] = out.numel()
        return 0


def add_model(live, model):
    """Counts a model's weights and buffers, and the constants of 4-bit weights."""
    for tensor in [*model.parameters(), *model.buffers()]:
        live.add(tensor)
        state = getattr(tensor, "quant_state", None)
        if state is not None:
            live.add(state.absmax)
            live.add(state.code)


def peak_of_second(live, step):
    """The peak of a second step, which has the optimiser's states."""
    for _ in range(2):
        live.peak = 0
        step()
        gc.collect()
    return live.peak


def step_of(model, inputs):
    """A step of a loop that holds its outputs."""
    optimizer = torch.optim.AdamW([each for each in model.parameters() if each.requires_grad], foreach=True)

    def step():
        outputs = model(**inputs)
        outputs.loss.backward()
        optimizer.step()
        optimizer.zero_grad()

    return step


def write_rows(file, rows):
    """Writes a fixture, a row a line."""
    file.write_text("[\n" + ",\n".join(f"  {json.dumps(row)}" for row in rows) + "\n]\n")


def quantize(module):
    """Replaces the linear layers by 4-bit ones, all but the head: what `load_in_4bit` does."""
    for name, child in list(module.named_children()):
        if name == "lm_head" or not isinstance(child, torch.nn.Linear):
            quantize(child)
            continue
        layer = Linear4bit(child.in_features, child.out_features, bias=child.bias is not None, compute_dtype=torch.bfloat16, quant_type="nf4")
        layer.weight = Params4bit(child.weight.data.clone(), requires_grad=False, compress_statistics=False, quant_type="nf4").to("cpu")
        layer.bias = child.bias
        setattr(module, name, layer)


def prepared(model, case):
    """The model with 4-bit layers, k-bit preparation and checkpoints, as the case has them."""
    if case["base"] == "nf4":
        quantize(model)
        model.is_loaded_in_4bit = True
    checkpoints = case["checkpointing"] == "on"
    if case["kbitPrepare"]:
        return peft.prepare_model_for_kbit_training(model, use_gradient_checkpointing=checkpoints)
    if checkpoints:
        model.enable_input_require_grads()
        model.gradient_checkpointing_enable()
    return model


def build(case):
    config = transformers.AutoConfig.for_model(**config_of(case), use_cache=False)
    is_classifier = case["model"] == "bert"
    kind = transformers.AutoModelForSequenceClassification if is_classifier else transformers.AutoModelForCausalLM
    model = kind.from_config(config, attn_implementation=case["attention"], dtype=torch.bfloat16)
    model = prepared(model, case)
    if case["variant"] == "full":
        return model
    variant = {"dora": {"use_dora": True}, "bd-lora": {"use_bdlora": HALVES}}.get(case["variant"], {})
    config = peft.LoraConfig(r=case["rank"], target_modules=case["targets"], task_type="SEQ_CLS" if is_classifier else "CAUSAL_LM", lora_dropout=case["dropout"], **variant)
    return peft.get_peft_model(model, config)


def casts_scores(case):
    """True if eager attention's softmax turns 16-bit scores into float32: GPT-2's and BERT's do not."""
    return case["attention"] == "eager" and not case["kbitPrepare"] and case["model"] not in ("gpt2", "bert")


def without_dropout(attention):
    """Attention as CUDA's kernels hold it, whose dropout keeps a seed; the CPU's would keep scores."""
    return lambda *args, dropout_p=0.0, **kwargs: attention(*args, **kwargs)


def peak_of(case):
    torch.manual_seed(0)
    model = build(case).train()
    if case["variant"] == "lora-fa":
        for name, parameter in model.named_parameters():
            if "lora_A" in name:
                parameter.requires_grad = False
    ids = torch.randint(0, case["vocab"], (case["batch"], case["seq"]))
    labels = torch.zeros(case["batch"], dtype=torch.long) if case["model"] == "bert" else ids
    inputs = {"input_ids": ids, "labels": labels}
    if case["mask"] == "padding":
        inputs["attention_mask"] = torch.ones_like(ids)
        inputs["attention_mask"][1:, : case["seq"] // 2] = 0
    if case["mask"] == "packing":
        inputs["position_ids"] = torch.arange(case["seq"] // 2).repeat(case["batch"], 2)
    kernel = sdpa_kernel(SDPBackend.MATH) if case["kernel"] == "math" else nullcontext()
    with kernel, LiveBytesOnCuda(casts_scores(case)) as live:
        add_model(live, model)
        return peak_of_second(live, step_of(model, inputs))


def main():
    functional = torch.nn.functional
    functional.scaled_dot_product_attention = without_dropout(functional.scaled_dot_product_attention)
    cases = [{"name": name, **BASE, **more} for name, more in CASES.items()]
    OUT.parent.mkdir(exist_ok=True)
    rows = []
    for case in cases:
        rows.append({**case, "config": config_of(case), "peakBytes": peak_of(case)})
        print(case["name"], rows[-1]["peakBytes"], flush=True)
    write_rows(OUT, rows)


if __name__ == "__main__":
    main()
