"""Writes packages/core/test/fixtures/model-shapes.json: parameter counts by transformers and PEFT.

Each model is built without weights (device "meta") from the fields that its config.json holds, so the counts come
from the modules themselves. Run with the versions in requirements.txt:

    python scripts/reference/shapes_fixture.py
"""

import json
import warnings
from pathlib import Path

import peft
import torch
import transformers
from transformers import AutoConfig, AutoModel, AutoModelForCausalLM, AutoModelForSequenceClassification

warnings.filterwarnings("ignore")
OUT = Path(__file__).parents[2] / "packages/core/test/fixtures/model-shapes.json"

ATTENTION = ["q_proj", "k_proj", "v_proj", "o_proj"]
MLP = ["gate_proj", "up_proj", "down_proj"]
LLAMA_TARGETS = [["q_proj", "v_proj"], ATTENTION, MLP, ["layers.1.self_attn.q_proj"], "all-linear"]
GPT2_TARGETS = [["c_attn"], ["c_proj"], ["mlp.c_proj", "c_fc"], ["h.1.attn.c_attn"], "all-linear"]
BERT_TARGETS = [["query", "value"], ["dense"], ["output.dense"], "all-linear"]


def decoder(model_type, hidden, intermediate, layers, heads, kv_heads, vocab, tied, **more):
    config = dict(
        model_type=model_type, hidden_size=hidden, intermediate_size=intermediate, num_hidden_layers=layers,
        num_attention_heads=heads, vocab_size=vocab, **more,
    )
    if kv_heads is not None:
        config["num_key_value_heads"] = kv_heads
    if tied is not None:
        config["tie_word_embeddings"] = tied
    return config


def encoder(model_type, hidden, intermediate, layers, heads, vocab, positions, types):
    return dict(
        model_type=model_type, hidden_size=hidden, intermediate_size=intermediate, num_hidden_layers=layers,
        num_attention_heads=heads, vocab_size=vocab, max_position_embeddings=positions, type_vocab_size=types,
    )


def gpt2(hidden, layers, heads, **more):
    return dict(model_type="gpt2", n_embd=hidden, n_layer=layers, n_head=heads, n_positions=1024, vocab_size=50257, **more)


LM, CLASSES, NONE = {"kind": "causal-lm"}, {"kind": "classification", "labels": 3}, {"kind": "none"}
DISTILBERT = dict(
    model_type="distilbert", dim=768, hidden_dim=3072, n_layers=6, n_heads=12, vocab_size=30522,
    max_position_embeddings=512,
)

DEEPSEEK = dict(
    q_lora_rank=20, kv_lora_rank=24, qk_nope_head_dim=16, qk_rope_head_dim=8, v_head_dim=12, moe_intermediate_size=40,
    n_routed_experts=4, n_shared_experts=1, num_experts_per_tok=2, n_group=1, topk_group=1, first_k_dense_replace=1,
)
FALCON = dict(
    model_type="falcon", hidden_size=4544, num_hidden_layers=32, num_attention_heads=71, vocab_size=65024, multi_query=True,
    parallel_attn=True, new_decoder_architecture=False, bias=False,
)

CASES = [
    ("Llama 2 7B", decoder("llama", 4096, 11008, 32, 32, 32, 32000, False), LM, LLAMA_TARGETS),
    ("Llama 2 13B", decoder("llama", 5120, 13824, 40, 40, 40, 32000, False), LM, LLAMA_TARGETS),
    ("Llama 2 70B", decoder("llama", 8192, 28672, 80, 64, 8, 32000, False), LM, LLAMA_TARGETS),
    ("Llama 1 7B, no field for key-value heads", decoder("llama", 4096, 11008, 32, 32, None, 32000, False), LM, LLAMA_TARGETS),
    ("Llama 3.1 8B", decoder("llama", 4096, 14336, 32, 32, 8, 128256, False), LM, LLAMA_TARGETS),
    ("Llama 3.2 1B", decoder("llama", 2048, 8192, 16, 32, 8, 128256, True, head_dim=64), LM, LLAMA_TARGETS),
    ("Llama 3.2 3B", decoder("llama", 3072, 8192, 28, 24, 8, 128256, True, head_dim=128), LM, [*LLAMA_TARGETS, ["q_proj", "lm_head"]]),
    ("Llama 3.2 1B, 3 labels", decoder("llama", 2048, 8192, 16, 32, 8, 128256, True, head_dim=64), CLASSES, LLAMA_TARGETS),
    ("Llama 3.2 1B, no head", decoder("llama", 2048, 8192, 16, 32, 8, 128256, True, head_dim=64), NONE, LLAMA_TARGETS),
    ("TinyLlama 1.1B", decoder("llama", 2048, 5632, 22, 32, 4, 32000, False), LM, LLAMA_TARGETS),
    ("SmolLM2 135M", decoder("llama", 576, 1536, 30, 9, 3, 49152, True), LM, LLAMA_TARGETS),
    ("a Llama with every bias and wide heads", decoder("llama", 48, 80, 2, 6, 2, 100, False, head_dim=16, attention_bias=True, mlp_bias=True), LM, LLAMA_TARGETS),
    ("Mistral 7B", decoder("mistral", 4096, 14336, 32, 32, 8, 32000, False), LM, LLAMA_TARGETS),
    ("a Mistral with wide heads", decoder("mistral", 5120, 14336, 40, 32, 8, 131072, False, head_dim=128), LM, LLAMA_TARGETS),
    ("Qwen2.5 0.5B", decoder("qwen2", 896, 4864, 24, 14, 2, 151936, True), LM, LLAMA_TARGETS),
    ("Qwen2.5 7B", decoder("qwen2", 3584, 18944, 28, 28, 4, 152064, False), LM, LLAMA_TARGETS),
    ("Qwen3 0.6B", decoder("qwen3", 1024, 3072, 28, 16, 8, 151936, True, head_dim=128), LM, LLAMA_TARGETS),
    ("Qwen3 8B", decoder("qwen3", 4096, 12288, 36, 32, 8, 151936, False, head_dim=128), LM, LLAMA_TARGETS),
    ("a Qwen3 with attention biases", decoder("qwen3", 64, 96, 2, 4, 2, 100, False, head_dim=32, attention_bias=True), LM, LLAMA_TARGETS),
    ("Gemma 2B", decoder("gemma", 2048, 16384, 18, 8, 1, 256000, None, head_dim=256), LM, LLAMA_TARGETS),
    ("Gemma 7B, 3 labels", decoder("gemma", 3072, 24576, 28, 16, 16, 256000, None, head_dim=256), CLASSES, LLAMA_TARGETS),
    ("Gemma 2 2B", decoder("gemma2", 2304, 9216, 26, 8, 4, 256000, None, head_dim=256), LM, LLAMA_TARGETS),
    ("Gemma 3 270M", decoder("gemma3_text", 640, 2048, 18, 4, 1, 262144, None, head_dim=256), LM, LLAMA_TARGETS),
    ("Gemma 3 1B", decoder("gemma3_text", 1152, 6912, 26, 4, 1, 262144, None, head_dim=256), LM, LLAMA_TARGETS),
    ("a Gemma 3 with attention biases, 3 labels", decoder("gemma3_text", 64, 96, 2, 4, 2, 100, None, head_dim=32, attention_bias=True), CLASSES, LLAMA_TARGETS),
    ("Phi-3 mini", decoder("phi3", 3072, 8192, 32, 32, 32, 32064, False), LM, [["qkv_proj"], ["gate_up_proj", "o_proj"], "all-linear"]),
    ("a Phi-3 with grouped queries", decoder("phi3", 5120, 17920, 40, 40, 10, 32064, False), LM, [["qkv_proj"], "all-linear"]),
    ("SmolLM3 3B", decoder("smollm3", 2048, 11008, 36, 16, 4, 128256, True), LM, LLAMA_TARGETS),
    ("an OLMo 2", decoder("olmo2", 64, 96, 2, 4, 2, 100, False), LM, LLAMA_TARGETS),
    ("a Granite", decoder("granite", 64, 96, 2, 4, 2, 100, True), LM, LLAMA_TARGETS),
    ("a GLM 4", decoder("glm4", 64, 96, 2, 4, 2, 100, False, head_dim=32), LM, [["q_proj", "gate_up_proj"], "all-linear"]),
    ("an EXAONE 4", decoder("exaone4", 64, 96, 2, 4, 2, 100, True), LM, LLAMA_TARGETS),
    ("a MiniCPM3", decoder("minicpm3", 64, 96, 2, 4, 4, 100, True, q_lora_rank=20, kv_lora_rank=24, qk_nope_head_dim=16, qk_rope_head_dim=8), LM, [["q_a_proj", "kv_b_proj"], MLP, "all-linear"]),
    ("a Nemotron", decoder("nemotron", 64, 96, 2, 4, 2, 100, False, head_dim=32), LM, [["q_proj", "v_proj"], ["up_proj", "down_proj"], "all-linear"]),
    # Not "all-linear": PEFT 0.21 then adapts experts and routers too, where their names are in its table for transformers 4.
    ("a Mixtral", decoder("mixtral", 64, 96, 2, 4, 2, 100, False, num_local_experts=4, num_experts_per_tok=2), LM, [["q_proj", "v_proj"], ATTENTION]),
    ("a DeepSeek V3", decoder("deepseek_v3", 64, 96, 3, 4, 4, 100, False, **DEEPSEEK), LM, [["q_a_proj", "q_b_proj"], ["kv_a_proj_with_mqa", "kv_b_proj", "o_proj"]]),
    ("a gpt-oss", decoder("gpt_oss", 64, 96, 2, 4, 2, 100, False, head_dim=16, num_local_experts=4, num_experts_per_tok=2), LM, [["q_proj", "v_proj"], "all-linear"]),
    ("Phi-1.5", decoder("phi", 2048, 8192, 24, 32, 32, 51200, False), LM, [["q_proj", "v_proj"], ["fc1", "fc2"], ["dense"], ["q_proj", "lm_head"], "all-linear"]),
    ("a StableLM", decoder("stablelm", 64, 96, 2, 4, 2, 100, False), LM, LLAMA_TARGETS),
    ("a StarCoder2", decoder("starcoder2", 64, 96, 2, 4, 2, 100, True), LM, [ATTENTION, ["c_fc", "c_proj"], "all-linear"]),
    ("Pythia 1.4B", decoder("gpt_neox", 2048, 8192, 24, 16, None, 50304, False), LM, [["query_key_value"], ["dense"], "all-linear"]),
    ("Falcon 7B", FALCON, LM, [["query_key_value"], ["dense", "dense_h_to_4h", "dense_4h_to_h"], "all-linear"]),
    ("BLOOM 560M, 3 labels", dict(model_type="bloom", n_embed=1024, n_layer=24, n_head=16, vocab_size=250880), CLASSES, [["query_key_value"], "all-linear"]),
    ("GPT-2", gpt2(768, 12, 12), LM, GPT2_TARGETS),
    ("GPT-2 medium, 3 labels", gpt2(1024, 24, 16), CLASSES, GPT2_TARGETS),
    ("GPT-2 XL, no head", gpt2(1600, 48, 25), NONE, GPT2_TARGETS),
    ("a GPT-2 with a narrow MLP and its own head", gpt2(64, 2, 4, n_inner=96, tie_word_embeddings=False), LM, [*GPT2_TARGETS, ["c_attn", "lm_head"]]),
    ("BERT base", encoder("bert", 768, 3072, 12, 12, 30522, 512, 2), NONE, BERT_TARGETS),
    ("BERT base, 3 labels", encoder("bert", 768, 3072, 12, 12, 30522, 512, 2), CLASSES, [*BERT_TARGETS, ["pooler.dense"]]),
    ("MiniLM L6", encoder("bert", 384, 1536, 6, 12, 30522, 512, 2), NONE, BERT_TARGETS),
    ("RoBERTa base", encoder("roberta", 768, 3072, 12, 12, 50265, 514, 1), NONE, BERT_TARGETS),
    # With a list PEFT would wrap classifier.dense too and then train the head whole: an error there, so no ["dense"].
    ("RoBERTa base, 3 labels", encoder("roberta", 768, 3072, 12, 12, 50265, 514, 1), CLASSES, [["query", "value"], "all-linear"]),
    ("DistilBERT base", DISTILBERT, NONE, [["q_lin", "v_lin"], ["lin1", "lin2"], "all-linear"]),
    # "all-linear" fails in PEFT 0.21 here: pre_classifier is both adapted and, as its name ends in classifier, trained whole.
    ("DistilBERT base, 3 labels", DISTILBERT, CLASSES, [["q_lin", "v_lin"], ["lin1", "lin2"]]),
]
MODELS = {"causal-lm": AutoModelForCausalLM, "classification": AutoModelForSequenceClassification, "none": AutoModel}
TASKS = {"causal-lm": "CAUSAL_LM", "classification": "SEQ_CLS", "none": None}


def build(config, head):
    fields = {key: value for key, value in config.items() if key != "model_type"}
    if head["kind"] == "classification":
        fields |= {"num_labels": head["labels"], "pad_token_id": 0}
    if config["model_type"] in ("phi3", "smollm3", "olmo2", "glm4"):
        fields |= {"pad_token_id": 0}
    with torch.device("meta"):
        return MODELS[head["kind"]].from_config(AutoConfig.for_model(config["model_type"], **fields))


def adapter(config, head, targets, rank=8):
    lora = peft.LoraConfig(r=rank, target_modules=targets, task_type=TASKS[head["kind"]])
    model = peft.get_peft_model(build(config, head), lora)
    trained = {name: p.numel() for name, p in model.named_parameters() if p.requires_grad}
    lora_params = sum(count for name, count in trained.items() if "lora_" in name)
    return dict(targets=targets, rank=rank, loraParams=lora_params, trainableParams=sum(trained.values()))


def main():
    cases = []
    for name, config, head, targets in CASES:
        total = build(config, head).num_parameters()
        adapters = [adapter(config, head, each) for each in targets]
        cases.append(dict(name=name, config=config, head=head, totalParams=total, adapters=adapters))
        print(name, total, [each["loraParams"] for each in adapters])
    made_with = {"transformers": transformers.__version__, "peft": peft.__version__}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n    ".join(json.dumps(case) for case in cases)
    OUT.write_text(f'{{\n  "madeWith": {json.dumps(made_with)},\n  "cases": [\n    {lines}\n  ]\n}}\n')


main()
