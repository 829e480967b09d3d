"""The tiny models and adapters of family_fixture.py: one Case each, with what makes its family different.

Small numbers are chosen so that a feature matters at ten tokens: windows of 4, soft caps that bend, RoPE with a small
theta. `without` names config fields whose change must move the logits, or the case would test nothing.
"""

from dataclasses import dataclass, field

import transformers as t

HIDDEN, INTERMEDIATE, VOCAB, LABELS = 32, 40, 64, 3
LLAMA_TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
PHI3_TARGETS = ["qkv_proj", "o_proj", "gate_up_proj", "down_proj"]
GPT2_TARGETS = ["c_attn", "c_proj", "c_fc"]
DEFAULT_ROPE = {"rope_type": "default", "rope_theta": 100.0}
LLAMA3_ROPE = {
    "rope_type": "llama3", "rope_theta": 100.0, "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
    "original_max_position_embeddings": 32,
}  # fmt: skip
LINEAR_ROPE = {"rope_type": "linear", "rope_theta": 100.0, "factor": 4.0}
LONG_ROPE = {
    "rope_type": "longrope", "rope_theta": 100.0,
    "short_factor": [1.0, 1.25, 1.5, 2.0], "long_factor": [1.0, 2.0, 4.0, 8.0],
}  # fmt: skip


@dataclass
class Case:
    name: str
    model: type
    config: dict
    adapter: dict
    """LoraConfig's own fields, without task_type."""
    published: tuple[dict, list[str]] | None = None
    """(fields to add, fields to drop): config.json as the family's published files write it."""
    without: list[dict] = field(default_factory=list)
    """Changes of the config that must change the logits."""
    saved_as: type | None = None
    """Save the checkpoint from this class, and load the model from that file."""
    pad: int = 0

    @property
    def classifies(self):
        return self.model.__name__.endswith("ForSequenceClassification")


def llama_like(**more):
    return {
        "vocab_size": VOCAB, "hidden_size": HIDDEN, "intermediate_size": INTERMEDIATE, "num_hidden_layers": 2,
        "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 64, "rms_norm_eps": 1e-5,
        "rope_parameters": DEFAULT_ROPE, "bos_token_id": 1, "eos_token_id": 2, "tie_word_embeddings": True,
        "use_cache": False, **more,
    }  # fmt: skip


def encoder(**more):
    return {
        "vocab_size": VOCAB, "hidden_size": HIDDEN, "intermediate_size": INTERMEDIATE, "num_hidden_layers": 2,
        "num_attention_heads": 4, "max_position_embeddings": 16, **more,
    }  # fmt: skip


def lora(targets, rank=2, alpha=4, **more):
    return {"r": rank, "lora_alpha": alpha, "target_modules": targets, **more}


GEMMA = llama_like(
    head_dim=12, query_pre_attn_scalar=20, sliding_window=4, hidden_activation="gelu_pytorch_tanh",
)  # fmt: skip
GEMMA2 = {**GEMMA, "attn_logit_softcapping": 2.0, "final_logit_softcapping": 5.0}
GEMMA3 = {
    **GEMMA, "num_hidden_layers": 3, "intermediate_size": 36, "num_key_value_heads": 1, "head_dim": 8,
    "layer_types": ["sliding_attention", "sliding_attention", "full_attention"],
    "rope_parameters": {
        "sliding_attention": {"rope_type": "default", "rope_theta": 50.0},
        "full_attention": {"rope_type": "linear", "rope_theta": 200.0, "factor": 4.0},
    },
}  # fmt: skip
PHI3 = llama_like(tie_word_embeddings=False)
GPT2 = {
    "vocab_size": VOCAB, "n_embd": HIDDEN, "n_inner": INTERMEDIATE, "n_layer": 2, "n_head": 4, "n_positions": 16,
    "bos_token_id": 1, "eos_token_id": 2, "use_cache": False,
}  # fmt: skip
DISTILBERT = {
    "vocab_size": VOCAB, "dim": HIDDEN, "hidden_dim": INTERMEDIATE, "n_layers": 2, "n_heads": 4,
    "max_position_embeddings": 16,
}  # fmt: skip
SOFTCAPS = [{"attn_logit_softcapping": None}, {"final_logit_softcapping": None}]


def long_rope(original, maximum):
    """In new files the original length stands twice: at the top, and among the RoPE parameters."""
    return {
        **PHI3, "max_position_embeddings": maximum, "original_max_position_embeddings": original,
        "rope_parameters": {**LONG_ROPE, "original_max_position_embeddings": original},
    }  # fmt: skip


def old_rope(rope, type_field="type"):
    """`rope_theta` and `rope_scaling` at the top, which is what nearly all published files have."""
    scaling = {key: value for key, value in rope.items() if key not in ("rope_type", "rope_theta")}
    return {"rope_theta": rope["rope_theta"], "rope_scaling": {type_field: rope["rope_type"], **scaling}}


CASES = [
    Case("llama3-rope", t.LlamaForCausalLM, llama_like(rope_parameters=LLAMA3_ROPE), lora(LLAMA_TARGETS),
         published=(old_rope(LLAMA3_ROPE, "rope_type"), ["rope_parameters"]),
         without=[{"rope_parameters": DEFAULT_ROPE}]),
    Case("llama-biases", t.LlamaForCausalLM,
         llama_like(attention_bias=True, mlp_bias=True, head_dim=12), lora(LLAMA_TARGETS)),
    Case("llama-linear-rope", t.LlamaForCausalLM, llama_like(rope_parameters=LINEAR_ROPE),
         lora(r".*\.(self_attn\.[qv]_proj|mlp\.down_proj)", rank=3),
         published=(old_rope(LINEAR_ROPE), ["rope_parameters", "head_dim"]),
         without=[{"rope_parameters": DEFAULT_ROPE}]),
    Case("llama-dora", t.LlamaForCausalLM, llama_like(), lora(LLAMA_TARGETS, use_dora=True)),
    Case("llama-dora-rslora", t.LlamaForSequenceClassification, llama_like(),
         lora(LLAMA_TARGETS, rank=3, use_dora=True, use_rslora=True)),
    Case("llama-patterns", t.LlamaForCausalLM, llama_like(tie_word_embeddings=False),
         lora(LLAMA_TARGETS, layers_to_transform=[1], rank_pattern={"q_proj": 4, "mlp.down_proj": 1},
              alpha_pattern={r"layers\.1\.self_attn\.k_proj": 3, "down_proj": 5, "q_proj": 6})),
    # Patterns overlap: the first that matches wins. They are in ASCII order, in which PEFT saves them.
    Case("llama-dora-patterns", t.LlamaForCausalLM, llama_like(),
         lora(LLAMA_TARGETS, use_dora=True, use_rslora=True,
              rank_pattern={"0.self_attn.[qk]_proj": 1, "layers.1.mlp.down_proj": 4, "q_proj": 3},
              alpha_pattern={"(q|down)_proj": 6, r"1\.mlp\..*": 3})),
    Case("mistral", t.MistralForCausalLM, llama_like(sliding_window=4), lora(LLAMA_TARGETS),
         without=[{"sliding_window": None}, {"sliding_window": 5}]),
    Case("mistral-cls", t.MistralForSequenceClassification, llama_like(sliding_window=None), lora(LLAMA_TARGETS)),
    Case("qwen2", t.Qwen2ForCausalLM, llama_like(), lora(LLAMA_TARGETS),
         published=({"rope_theta": 100.0, "sliding_window": 4, "max_window_layers": 1}, ["rope_parameters", "layer_types"])),
    Case("qwen2-sliding", t.Qwen2ForCausalLM,
         llama_like(use_sliding_window=True, sliding_window=4, max_window_layers=1, tie_word_embeddings=False),
         lora(LLAMA_TARGETS),
         published=({"rope_theta": 100.0}, ["rope_parameters", "layer_types"]),
         without=[{"use_sliding_window": False}, {"max_window_layers": 0}]),
    Case("qwen3", t.Qwen3ForCausalLM, llama_like(head_dim=12), lora(LLAMA_TARGETS)),
    Case("qwen3-cls", t.Qwen3ForSequenceClassification, llama_like(head_dim=12, attention_bias=True), lora(LLAMA_TARGETS)),
    Case("gemma2", t.Gemma2ForCausalLM, GEMMA2, lora(LLAMA_TARGETS),
         published=({"rope_theta": 100.0}, ["rope_parameters", "layer_types", "tie_word_embeddings"]),
         without=[*SOFTCAPS, {"sliding_window": 5}, {"query_pre_attn_scalar": 12}]),
    Case("gemma2-cls", t.Gemma2ForSequenceClassification, GEMMA2, lora(LLAMA_TARGETS), without=SOFTCAPS[:1]),
    Case("gemma3", t.Gemma3ForCausalLM, GEMMA3, lora(LLAMA_TARGETS, rank=1),
         published=({"rope_theta": 200.0, "rope_local_base_freq": 50.0, "sliding_window_pattern": 3,
                     "rope_scaling": {"rope_type": "linear", "factor": 4.0}},
                    ["rope_parameters", "layer_types", "tie_word_embeddings"]),
         without=[{"sliding_window": 5}, {"query_pre_attn_scalar": 8}, {"layer_types": ["full_attention"] * 3},
                  {"rope_parameters": {"sliding_attention": {"rope_type": "default", "rope_theta": 50.0},
                                       "full_attention": {"rope_type": "default", "rope_theta": 200.0}}}]),
    Case("phi3", t.Phi3ForCausalLM, PHI3, lora(PHI3_TARGETS),
         published=({"rope_theta": 100.0, "rope_scaling": None}, ["rope_parameters"])),
    Case("phi3-longrope-short", t.Phi3ForCausalLM, long_rope(12, 48), lora(PHI3_TARGETS),
         published=(old_rope(LONG_ROPE), ["rope_parameters"]),
         without=[{"rope_parameters": DEFAULT_ROPE}, {"max_position_embeddings": 12}]),
    Case("phi3-longrope-long", t.Phi3ForCausalLM, long_rope(8, 32), lora(PHI3_TARGETS),
         without=[{"rope_parameters": DEFAULT_ROPE}, {"max_position_embeddings": 8}]),
    Case("phi3-partial-rotary", t.Phi3ForCausalLM,
         {**PHI3, "sliding_window": 5, "rope_parameters": {**DEFAULT_ROPE, "partial_rotary_factor": 0.75}},
         lora(PHI3_TARGETS),
         published=({"rope_theta": 100.0, "partial_rotary_factor": 0.75}, ["rope_parameters"]),
         without=[{"rope_parameters": DEFAULT_ROPE}, {"sliding_window": 6}]),
    Case("gpt2", t.GPT2LMHeadModel, GPT2, lora(GPT2_TARGETS, fan_in_fan_out=True)),
    Case("gpt2-cls", t.GPT2ForSequenceClassification, GPT2, lora(GPT2_TARGETS, fan_in_fan_out=True)),
    Case("gpt2-dora", t.GPT2LMHeadModel, GPT2, lora(GPT2_TARGETS, fan_in_fan_out=True, use_dora=True),
         saved_as=t.GPT2Model),
    Case("bert", t.BertForSequenceClassification, encoder(), lora("all-linear")),
    Case("bert-dora", t.BertForSequenceClassification, encoder(), lora(["query", "value", "dense"], use_dora=True)),
    Case("minilm", t.BertForSequenceClassification, encoder(), lora(["query", "key", "value"], rank=4), saved_as=t.BertModel),
    Case("roberta", t.RobertaForSequenceClassification,
         encoder(max_position_embeddings=18, type_vocab_size=1, layer_norm_eps=1e-5, bos_token_id=0),
         lora(["query", "key", "value", "attention.output.dense", "intermediate.dense"]), pad=1),
    Case("distilbert", t.DistilBertForSequenceClassification, DISTILBERT,
         lora(["q_lin", "k_lin", "v_lin", "out_lin", "lin1", "lin2"])),
]  # fmt: skip
