"""Writes packages/core/test/memory/fixtures/mixture-peaks.json: the peak memory of small mixtures in training.

Counted as in memory_peaks.py. Experts are those of transformers 5, stacked in parameters and run by a grouped product;
PEFT adapts them by adding the products B·A to the parameters.

    pip install torch==2.15.0 transformers==5.24.0 peft==0.21.2 bitsandbytes==0.50.2 numpy
    python scripts/reference/mixture_peaks.py
"""

from pathlib import Path

import peft
import torch
import transformers
from memory_peaks import LiveBytesOnCuda, add_model, peak_of_second, prepared, step_of, write_rows

OUT = Path(__file__).parents[2] / "packages/core/test/memory/fixtures/mixture-peaks.json"
QV, ALL = ["q_proj", "v_proj"], "all-linear"
MIXTRAL = {
    "model_type": "mixtral", "hidden_size": 256, "intermediate_size": 352, "num_hidden_layers": 3,
    "num_attention_heads": 4, "num_key_value_heads": 4, "vocab_size": 64, "num_local_experts": 4,
    "num_experts_per_tok": 2, "tie_word_embeddings": False,
}
QWEN = {
    "model_type": "qwen3_moe", "hidden_size": 192, "intermediate_size": 352, "num_hidden_layers": 3, "head_dim": 48,
    "num_attention_heads": 4, "num_key_value_heads": 4, "vocab_size": 64, "num_experts": 16, "num_experts_per_tok": 2,
    "moe_intermediate_size": 96, "decoder_sparse_step": 1, "tie_word_embeddings": False,
}
QWEN2 = {**QWEN, "model_type": "qwen2_moe", "shared_expert_intermediate_size": 192}
DEEPSEEK = {
    "model_type": "deepseek_v3", "hidden_size": 192, "intermediate_size": 352, "num_hidden_layers": 3,
    "num_attention_heads": 4, "num_key_value_heads": 4, "vocab_size": 64, "q_lora_rank": 48, "kv_lora_rank": 64,
    "qk_nope_head_dim": 48, "qk_rope_head_dim": 16, "v_head_dim": 64, "n_routed_experts": 16, "n_shared_experts": 1,
    "num_experts_per_tok": 4, "n_group": 1, "topk_group": 1, "moe_intermediate_size": 96, "first_k_dense_replace": 0,
    "tie_word_embeddings": False,
}
GPT_OSS = {
    "model_type": "gpt_oss", "hidden_size": 192, "intermediate_size": 192, "num_hidden_layers": 4, "head_dim": 64,
    "num_attention_heads": 8, "num_key_value_heads": 2, "vocab_size": 64, "num_local_experts": 8,
    "num_experts_per_tok": 4, "layer_types": ["sliding_attention", "full_attention"] * 2, "tie_word_embeddings": False,
}
FEW_SCORES = {"config": GPT_OSS, "batch": 16, "seq": 64}
BASE = {
    "config": MIXTRAL, "batch": 2, "seq": 512, "base": "bf16", "kbitPrepare": False, "checkpointing": "on", "rank": 4,
    "targets": QV,
}
SHORT = {"batch": 1, "seq": 64}
CASES = {
    "q and v": {},
    "q and v, without checkpointing": {"checkpointing": "off"},
    "all linear layers": {"targets": ALL},
    "all linear layers, without checkpointing": {"targets": ALL, "checkpointing": "off"},
    "all linear layers, short": {"targets": ALL, **SHORT},
    "all linear layers, short, without checkpointing": {"targets": ALL, **SHORT, "checkpointing": "off"},
    "all linear layers, rank 32": {"targets": ALL, "rank": 32},
    "w2 alone, short": {"targets": ["w2"], **SHORT},
    "w1 and w3 alone, short": {"targets": ["w1", "w3"], **SHORT},
    "many experts": {"config": QWEN},
    "many experts, all linear layers": {"config": QWEN, "targets": ALL},
    "many experts, all linear layers, without checkpointing": {"config": QWEN, "targets": ALL, "checkpointing": "off"},
    "4-bit, prepared": {"base": "nf4", "kbitPrepare": True},
    "4-bit, all linear layers": {"base": "nf4", "targets": ALL},
    "4-bit, prepared, all linear layers": {"base": "nf4", "kbitPrepare": True, "targets": ALL},
    "shared expert": {"config": QWEN2},
    "shared expert, all linear layers": {"config": QWEN2, "targets": ALL},
    "sinks and clamps": {"config": GPT_OSS},
    "sinks and clamps, without checkpointing": {"config": GPT_OSS, "checkpointing": "off"},
    "sinks and clamps, few scores": FEW_SCORES,
    "sinks and clamps, few scores, without checkpointing": {**FEW_SCORES, "checkpointing": "off"},
    "sinks and clamps, all linear layers": {**FEW_SCORES, "targets": ALL},
    "sinks and clamps, prepared": {**FEW_SCORES, "base": "nf4", "kbitPrepare": True},
    "sinks and clamps, prepared, without checkpointing": {"config": GPT_OSS, "base": "nf4", "kbitPrepare": True, "checkpointing": "off"},
    "latent attention": {"config": DEEPSEEK, "targets": ["q_a_proj", "kv_b_proj"]},
    "latent attention, all linear layers": {"config": DEEPSEEK, "targets": ALL},
}


def build(case):
    config = transformers.AutoConfig.for_model(**case["config"], use_cache=False)
    model = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    model = prepared(model, case)
    return peft.get_peft_model(model, peft.LoraConfig(r=case["rank"], target_modules=case["targets"], task_type="CAUSAL_LM"))


def peak_of(case):
    torch.manual_seed(0)
    model = build(case).train()
    ids = torch.randint(0, case["config"]["vocab_size"], (case["batch"], case["seq"]))
    with LiveBytesOnCuda() as live:
        add_model(live, model)
        peak = peak_of_second(live, step_of(model, {"input_ids": ids, "labels": ids}))
    return peak, sum(each.numel() for each in model.parameters() if each.requires_grad)


def main():
    rows = []
    for name, more in CASES.items():
        case = {"name": name, **BASE, **more}
        peak, trained = peak_of(case)
        rows.append({**case, "trained": trained, "peakBytes": peak})
        print(name, trained, peak, flush=True)
    write_rows(OUT, rows)


if __name__ == "__main__":
    main()
