"""Writes packages/core/test/fixtures/model-structures.json: every parameter of one model a type, by transformers.

Each model is built without weights (device "meta") from the fields that its config.json holds. Layers are folded: a
parameter is listed once, with the layers that have it. Run with the versions in requirements.txt:

    python scripts/reference/structures_fixture.py
"""

import json
import re
import warnings
from pathlib import Path

import torch
import transformers
from transformers import AutoConfig, AutoModel, AutoModelForCausalLM, AutoModelForSequenceClassification

warnings.filterwarnings("ignore")
transformers.logging.set_verbosity_error()
OUT = Path(__file__).parents[2] / "packages/core/test/fixtures/model-structures.json"

LM, CLASSES, NONE = {"kind": "causal-lm"}, {"kind": "classification", "labels": 3}, {"kind": "none"}
# Models of which only the language model is described.
TEXT_PARTS = ("gemma3", "llama4", "mistral3", "qwen3_5", "qwen3_5_moe")
MODELS = {"causal-lm": AutoModelForCausalLM, "classification": AutoModelForSequenceClassification, "none": AutoModel}


def fields(model_type, hidden, intermediate, layers, heads, kv_heads, vocab, **more):
    config = dict(
        model_type=model_type, hidden_size=hidden, intermediate_size=intermediate, num_hidden_layers=layers,
        num_attention_heads=heads, vocab_size=vocab,
    )
    if kv_heads is not None:
        config["num_key_value_heads"] = kv_heads
    return config | more


def deepseek(model_type, hidden, intermediate, layers, heads, vocab, query_rank, **more):
    return fields(
        model_type, hidden, intermediate, layers, heads, heads, vocab, q_lora_rank=query_rank, kv_lora_rank=512,
        qk_nope_head_dim=128, qk_rope_head_dim=64, v_head_dim=128, **more,
    )


LATENT = dict(kv_lora_rank=24, qk_nope_head_dim=16, qk_rope_head_dim=8, v_head_dim=12)
SMALL_EXPERTS = dict(num_experts=4, num_experts_per_tok=2, moe_intermediate_size=40)
FALCON = dict(model_type="falcon", hidden_size=64, num_hidden_layers=2, num_attention_heads=4, vocab_size=100)

LINEAR_ATTENTION = dict(linear_num_key_heads=2, linear_num_value_heads=4, linear_key_head_dim=8, linear_value_head_dim=12, linear_conv_kernel_dim=4)
QWEN_LINEAR = dict(linear_num_key_heads=16, linear_key_head_dim=128, linear_value_head_dim=128, linear_conv_kernel_dim=4, head_dim=256)
QWEN3_NEXT = dict(QWEN_LINEAR, linear_num_value_heads=32, num_experts=512, num_experts_per_tok=10, moe_intermediate_size=512, shared_expert_intermediate_size=512)
GEMMA3N = dict(
    head_dim=16, num_kv_shared_layers=2, vocab_size_per_layer_input=90, hidden_size_per_layer_input=24, altup_num_inputs=3, laurel_rank=5,
    layer_types=["sliding_attention", "full_attention"] * 2,
)

CASES = [
    ("Mixtral 8x7B", fields("mixtral", 4096, 14336, 32, 32, 8, 32000, num_local_experts=8, num_experts_per_tok=2, tie_word_embeddings=False), LM),
    ("a Mixtral, 3 labels", fields("mixtral", 64, 96, 2, 4, 2, 100, num_local_experts=4, num_experts_per_tok=1, head_dim=32), CLASSES),
    ("Qwen1.5 MoE A2.7B", fields("qwen2_moe", 2048, 5632, 24, 16, 16, 151936, num_experts=60, num_experts_per_tok=4, moe_intermediate_size=1408, shared_expert_intermediate_size=5632, decoder_sparse_step=1), LM),
    ("a Qwen2 MoE without biases and with experts in every second layer", fields("qwen2_moe", 64, 96, 5, 4, 2, 100, **SMALL_EXPERTS, shared_expert_intermediate_size=56, decoder_sparse_step=2, mlp_only_layers=[3], qkv_bias=False), LM),
    ("Qwen3 30B A3B", fields("qwen3_moe", 2048, 6144, 48, 32, 4, 151936, head_dim=128, num_experts=128, num_experts_per_tok=8, moe_intermediate_size=768, decoder_sparse_step=1, mlp_only_layers=[], tie_word_embeddings=False), LM),
    ("a Qwen3 MoE with biases and one dense layer, no head", fields("qwen3_moe", 64, 96, 3, 4, 2, 100, **SMALL_EXPERTS, mlp_only_layers=[1], attention_bias=True), NONE),
    ("gpt-oss 20B", fields("gpt_oss", 2880, 2880, 24, 64, 8, 201088, head_dim=64, num_local_experts=32, num_experts_per_tok=4, attention_bias=True, tie_word_embeddings=False), LM),
    ("DeepSeek V2 Lite", deepseek("deepseek_v2", 2048, 10944, 27, 16, 102400, None, moe_intermediate_size=1408, n_routed_experts=64, n_shared_experts=2, num_experts_per_tok=6, first_k_dense_replace=1, tie_word_embeddings=False), LM),
    ("DeepSeek V3", deepseek("deepseek_v3", 7168, 18432, 61, 128, 129280, 1536, moe_intermediate_size=2048, n_routed_experts=256, n_shared_experts=1, num_experts_per_tok=8, first_k_dense_replace=3, tie_word_embeddings=False), LM),
    ("a DeepSeek V2 with every bias, no head", fields("deepseek_v2", 64, 96, 3, 4, 4, 100, **LATENT, q_lora_rank=20, moe_intermediate_size=40, n_routed_experts=4, n_shared_experts=2, num_experts_per_tok=2, first_k_dense_replace=2, attention_bias=True, mlp_bias=True), NONE),
    ("a DeepSeek V3 without experts", fields("deepseek_v3", 64, 96, 2, 4, 4, 100, **LATENT, q_lora_rank=20, moe_intermediate_size=40, n_routed_experts=4, n_shared_experts=1, num_experts_per_tok=2, n_group=1, topk_group=1, first_k_dense_replace=2), LM),
    ("OLMo 2 7B", fields("olmo2", 4096, 11008, 32, 32, 32, 100352, attention_bias=False, tie_word_embeddings=False), LM),
    ("an OLMo 2 with grouped queries and biases", fields("olmo2", 64, 96, 2, 4, 2, 100, attention_bias=True), LM),
    ("OLMo 3 7B", fields("olmo3", 4096, 11008, 32, 32, 32, 100278, attention_bias=False, tie_word_embeddings=False), LM),
    ("Granite 3.1 8B", fields("granite", 4096, 12800, 40, 32, 8, 49155, attention_bias=False, mlp_bias=False, tie_word_embeddings=True), LM),
    ("a Granite with every bias and all heads", fields("granite", 64, 96, 2, 4, None, 100, attention_bias=True, mlp_bias=True), LM),
    ("GLM-4 9B", fields("glm", 4096, 13696, 40, 32, 2, 151552, head_dim=128, attention_bias=True, tie_word_embeddings=False), LM),
    ("a GLM without biases, 3 labels", fields("glm", 64, 96, 2, 4, 2, 100, head_dim=32, attention_bias=False), CLASSES),
    ("GLM-4 9B 0414", fields("glm4", 4096, 13696, 40, 32, 2, 151552, head_dim=128, attention_bias=True, tie_word_embeddings=False), LM),
    ("a GLM 4 that says nothing of biases", fields("glm4", 64, 96, 2, 4, 2, 100, head_dim=32), LM),
    ("EXAONE 4.0 1.2B", fields("exaone4", 2048, 4096, 30, 32, 8, 102400, head_dim=64, tie_word_embeddings=True), LM),
    ("an EXAONE 4 with its own head", fields("exaone4", 64, 96, 2, 4, 2, 100), LM),
    ("InternLM3 8B", fields("internlm3", 4096, 10240, 48, 32, 2, 128512, head_dim=128, tie_word_embeddings=False), LM),
    ("an InternLM3 with every bias", fields("internlm3", 64, 96, 2, 4, 2, 100, head_dim=32, attention_bias=True, mlp_bias=True), LM),
    ("ERNIE 4.5 0.3B", fields("ernie4_5", 1024, 3072, 18, 16, 2, 103424, head_dim=128, use_bias=False, tie_word_embeddings=True), LM),
    ("an ERNIE 4.5 with every bias and its own head", fields("ernie4_5", 64, 96, 2, 4, 2, 100, head_dim=32, use_bias=True, tie_word_embeddings=False), LM),
    ("Seed-OSS 36B", fields("seed_oss", 5120, 27648, 64, 80, 8, 155136, head_dim=128, attention_bias=True, attention_out_bias=False, mlp_bias=False, tie_word_embeddings=False), LM),
    ("a Seed-OSS with biases in the MLP alone, 3 labels", fields("seed_oss", 64, 96, 2, 4, 2, 100, head_dim=32, attention_bias=False, mlp_bias=True), CLASSES),
    ("MiniCPM3 4B", fields("minicpm3", 2560, 6400, 62, 40, 40, 73448, q_lora_rank=768, kv_lora_rank=256, qk_nope_head_dim=64, qk_rope_head_dim=32), LM),
    ("a MiniCPM3 with every bias and queries from hidden states", fields("minicpm3", 64, 96, 2, 4, 4, 100, **LATENT, q_lora_rank=None, attention_bias=True, mlp_bias=True, tie_word_embeddings=False), LM),
    ("Nemotron Mini 4B", fields("nemotron", 3072, 9216, 32, 24, 8, 256000, head_dim=128, tie_word_embeddings=False), LM),
    ("a Nemotron with every bias and wide heads", fields("nemotron", 64, 96, 2, 4, 2, 100, head_dim=32, attention_bias=True, mlp_bias=True), LM),
    ("SmolLM3 3B", fields("smollm3", 2048, 11008, 36, 16, 4, 128256, attention_bias=False, mlp_bias=False), LM),
    ("a SmolLM3 with every bias and its own head", fields("smollm3", 64, 96, 2, 4, 2, 100, attention_bias=True, mlp_bias=True, tie_word_embeddings=False), LM),
    ("a Cohere, tied", fields("cohere", 64, 96, 2, 4, 2, 100), LM),
    ("a Ministral", fields("ministral", 64, 96, 2, 4, 2, 100, head_dim=32), LM),
    ("Ministral 3 8B", fields("ministral3", 4096, 14336, 34, 32, 8, 131072, head_dim=128), LM),
    ("Phi-1.5", fields("phi", 2048, 8192, 24, 32, None, 51200, tie_word_embeddings=False), LM),
    ("Phi-2", fields("phi", 2560, 10240, 32, 32, 32, 51200, qk_layernorm=False, tie_word_embeddings=False), LM),
    ("a Phi with norms on queries and keys, 3 labels", fields("phi", 64, 96, 2, 4, 2, 100, qk_layernorm=True), CLASSES),
    ("StableLM 3B 4E1T", fields("stablelm", 2560, 6912, 32, 32, 32, 50304, use_qkv_bias=False, tie_word_embeddings=False), LM),
    ("a StableLM with all that flags add", fields("stablelm", 64, 96, 2, 4, 2, 100, use_qkv_bias=True, qk_layernorm=True, use_parallel_residual=True), LM),
    ("StarCoder2 3B", fields("starcoder2", 3072, 12288, 30, 24, 2, 49152, use_bias=True), LM),
    ("a StarCoder2 without biases", fields("starcoder2", 64, 96, 2, 4, 2, 100, use_bias=False, tie_word_embeddings=False), LM),
    ("Pythia 1.4B", fields("gpt_neox", 2048, 8192, 24, 16, None, 50304, use_parallel_residual=True, tie_word_embeddings=False), LM),
    ("a GPT-NeoX without attention biases, one after the other", fields("gpt_neox", 64, 96, 2, 4, None, 100, attention_bias=False, use_parallel_residual=False), CLASSES),
    ("Falcon 7B", dict(FALCON, hidden_size=4544, num_hidden_layers=32, num_attention_heads=71, vocab_size=65024, multi_query=True, parallel_attn=True, new_decoder_architecture=False, bias=False), LM),
    ("Falcon 40B", dict(FALCON, hidden_size=8192, num_hidden_layers=60, num_attention_heads=128, vocab_size=65024, num_kv_heads=8, parallel_attn=True, new_decoder_architecture=True, bias=False), LM),
    ("a Falcon with one norm, its own width and grouped queries", dict(FALCON, num_kv_heads=2, new_decoder_architecture=True, num_ln_in_parallel_attn=1, ffn_hidden_size=96, tie_word_embeddings=False), NONE),
    ("a Falcon one after the other, with biases and all heads", dict(FALCON, multi_query=False, parallel_attn=False, bias=True), CLASSES),
    ("BLOOM 560M", dict(model_type="bloom", n_embed=1024, n_layer=24, n_head=16, vocab_size=250880), LM),
    ("a BLOOM with its own head", dict(model_type="bloom", hidden_size=64, n_layer=2, n_head=4, vocab_size=100, tie_word_embeddings=False), LM),
    ("Gemma 3 4B, its text part", dict(model_type="gemma3", text_config=dict(model_type="gemma3_text", hidden_size=2560, intermediate_size=10240, num_hidden_layers=34)), LM),
    ("a Gemma 3 with its own head, its text part", dict(model_type="gemma3", text_config=fields("gemma3_text", 64, 96, 2, 4, 2, 100, head_dim=32, tie_word_embeddings=True), tie_word_embeddings=False), LM),
    ("Qwen3-Next 80B A3B", fields("qwen3_next", 2048, 5120, 48, 16, 2, 151936, **QWEN3_NEXT, decoder_sparse_step=1, mlp_only_layers=[], tie_word_embeddings=False), LM),
    ("a Qwen3-Next with one dense layer, biases and its own kinds of layers, no head", fields("qwen3_next", 64, 96, 3, 4, 2, 100, **SMALL_EXPERTS, **LINEAR_ATTENTION, head_dim=16, shared_expert_intermediate_size=56, mlp_only_layers=[1], attention_bias=True, layer_types=["full_attention", "linear_attention", "linear_attention"]), NONE),
    ("Qwen3.5 27B, its text part", dict(model_type="qwen3_5", tie_word_embeddings=False, text_config=fields("qwen3_5_text", 5120, 17408, 64, 24, 4, 248320, **QWEN_LINEAR, linear_num_value_heads=48)), LM),
    ("a tied Qwen3.5, text alone", fields("qwen3_5_text", 64, 96, 4, 4, 2, 100, **LINEAR_ATTENTION, head_dim=16, tie_word_embeddings=True), LM),
    ("Qwen3.5 35B A3B, its text part", dict(model_type="qwen3_5_moe", tie_word_embeddings=False, text_config=dict(QWEN_LINEAR, model_type="qwen3_5_moe_text", hidden_size=2048, num_hidden_layers=40, num_attention_heads=16, num_key_value_heads=2, vocab_size=248320, linear_num_value_heads=32, num_experts=256, num_experts_per_tok=8, moe_intermediate_size=512, shared_expert_intermediate_size=512)), LM),
    ("GLM-4.5 Air", fields("glm4_moe", 4096, 10944, 46, 96, 8, 151552, head_dim=128, moe_intermediate_size=1408, n_routed_experts=128, n_shared_experts=1, num_experts_per_tok=8, first_k_dense_replace=1, attention_bias=True, use_qk_norm=False, tie_word_embeddings=False), LM),
    ("a GLM MoE with norms of queries and keys, no head", fields("glm4_moe", 64, 96, 3, 4, 2, 100, head_dim=16, moe_intermediate_size=40, n_routed_experts=4, n_shared_experts=2, num_experts_per_tok=2, first_k_dense_replace=2, attention_bias=False, use_qk_norm=True), NONE),
    ("Llama 4 Scout, its text part", dict(model_type="llama4", text_config=fields("llama4_text", 5120, 8192, 48, 40, 8, 202048, head_dim=128, intermediate_size_mlp=16384, num_local_experts=16, num_experts_per_tok=1, interleave_moe_layer_step=1, tie_word_embeddings=False)), LM),
    ("a Llama 4 with experts in every second layer, text alone", fields("llama4_text", 64, 96, 4, 4, 2, 100, head_dim=16, intermediate_size_mlp=112, num_local_experts=4, num_experts_per_tok=1, interleave_moe_layer_step=2, attention_bias=True), LM),
    ("Gemma 3n E4B, text alone", fields("gemma3n_text", 2048, [16384] * 35, 35, 8, 2, 262400, head_dim=256, num_kv_shared_layers=15, vocab_size_per_layer_input=262144, hidden_size_per_layer_input=256, altup_num_inputs=4, laurel_rank=64), LM),
    ("a Gemma 3n, text alone", fields("gemma3n_text", 64, 96, 4, 4, 2, 100, **GEMMA3N), LM),
    ("a Mistral 3, its text part", dict(model_type="mistral3", text_config=fields("mistral", 64, 96, 2, 4, 2, 100, head_dim=32), tie_word_embeddings=False), LM),
    ("a tied Mistral 3, its text part", dict(model_type="mistral3", text_config=fields("mistral", 64, 96, 2, 4, 2, 100, tie_word_embeddings=False), tie_word_embeddings=True), LM),
]


def build(config, head):
    given = {key: value for key, value in config.items() if key != "model_type"}
    if "text_config" not in given:
        given["pad_token_id"] = 0  # that of small vocabularies; no parameter depends on it
    if head["kind"] == "classification":
        given["num_labels"] = head["labels"]
    if config["model_type"] == "ministral":
        given |= {"layer_types": ["full_attention"] * config["num_hidden_layers"]}
    with_images = config["model_type"] in TEXT_PARTS and config["model_type"] != "gemma3"
    model = transformers.AutoModelForImageTextToText if with_images else MODELS[head["kind"]]
    with torch.device("meta"):
        return model.from_config(AutoConfig.for_model(config["model_type"], **given))


def is_text(name):
    return "language_model" in name or name.startswith("lm_head")


def structure(model, text_only):
    linears = {name for name, module in model.named_modules() if isinstance(module, torch.nn.Linear)}
    found = {}
    for name, parameter in model.named_parameters():
        if text_only and not is_text(name):
            continue
        match = re.search(r"(?<=\.)\d+(?=\.)|^\d+(?=\.)", name)
        path = name if match is None else f"{name[: match.start()]}*{name[match.end() :]}"
        # Norms a head: folded into one, so that the layers are counted once each.
        path = re.sub(r"\.norms\.\d+\.", ".norms.*.", path)
        key = (path, tuple(parameter.shape), name.rsplit(".", 1)[0] in linears)
        found.setdefault(key, []).append(0 if match is None else int(match.group()))
    return [
        dict(path=path, shape=shape, linear=linear, layers=layers if "*" in path else None)
        for (path, shape, linear), layers in found.items()
    ]


def ranges(layers):
    """[0, 1, 2, 3] as "0-3"; other lists as they are."""
    if layers is None or layers != list(range(layers[0], layers[0] + len(layers))):
        return layers
    return f"{layers[0]}-{layers[-1]}"


def main():
    cases = []
    for name, config, head in CASES:
        model = build(config, head)
        text_only = config["model_type"] in TEXT_PARTS
        entries = structure(model, text_only)
        total = sum(p.numel() for n, p in model.named_parameters() if not text_only or is_text(n))
        for entry in entries:
            entry["layers"] = ranges(entry["layers"])
        cases.append(dict(name=name, config=config, head=head, totalParams=total, parameters=entries))
        print(name, total)
    made_with = {"transformers": transformers.__version__}
    lines = ",\n    ".join(json.dumps(case) for case in cases)
    OUT.write_text(f'{{\n  "madeWith": {json.dumps(made_with)},\n  "cases": [\n    {lines}\n  ]\n}}\n')


main()
