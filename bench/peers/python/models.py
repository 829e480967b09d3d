"""Writes the models of the step benchmarks: published shapes, random weights, one folder that both sides read. Small ones
are in float32, the others in bfloat16.

    python models.py minilm FOLDER
    python models.py smollm2 FOLDER
    python models.py llama-3.2-1b FOLDER
"""

import sys
import warnings

import torch
import transformers
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    LlamaConfig,
    LlamaForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
)

# sentence-transformers/all-MiniLM-L6-v2; without dropout, which LoRAnk has on the adapter alone
MINILM = {
    "vocab_size": 30522, "hidden_size": 384, "num_hidden_layers": 6, "num_attention_heads": 12,
    "intermediate_size": 1536, "max_position_embeddings": 512, "hidden_dropout_prob": 0.0,
    "attention_probs_dropout_prob": 0.0, "num_labels": 2,
}  # fmt: skip
# HuggingFaceTB/SmolLM2-135M
SMOLLM2 = {
    "vocab_size": 49152, "hidden_size": 576, "num_hidden_layers": 30, "num_attention_heads": 9,
    "num_key_value_heads": 3, "intermediate_size": 1536, "max_position_embeddings": 8192,
    "rms_norm_eps": 1e-5, "initializer_range": 0.041666666666666664, "tie_word_embeddings": True,
    "rope_parameters": {"rope_type": "default", "rope_theta": 100000.0}, "bos_token_id": 0, "eos_token_id": 0,
}  # fmt: skip
# Qwen/Qwen2.5-0.5B and 1.5B, meta-llama/Llama-3.2-1B and 3B: what their memory and time depend on
LARGER = {
    "qwen2.5-0.5b": ("qwen2", 24, 896, 4864, 14, 2, 151936),
    "qwen2.5-1.5b": ("qwen2", 28, 1536, 8960, 12, 2, 151936),
    "llama-3.2-1b": ("llama", 16, 2048, 8192, 32, 8, 128256),
    "llama-3.2-3b": ("llama", 28, 3072, 8192, 24, 8, 128256),
}


def larger(name):
    kind, layers, hidden, intermediate, heads, kv_heads, vocabulary = LARGER[name]
    config_class, model_class = {
        "qwen2": (Qwen2Config, Qwen2ForCausalLM),
        "llama": (LlamaConfig, LlamaForCausalLM),
    }[kind]
    # Without a padding token: its row would be zeros, where the gradient of an RMSNorm is a thousand times that of others.
    config = config_class(
        num_hidden_layers=layers, hidden_size=hidden, intermediate_size=intermediate, num_attention_heads=heads,
        num_key_value_heads=kv_heads, vocab_size=vocabulary, max_position_embeddings=8192,
        tie_word_embeddings=True, bos_token_id=0, eos_token_id=0, pad_token_id=None,
    )  # fmt: skip
    torch.set_default_dtype(torch.bfloat16)
    return model_class(config)


def main():
    name, folder = sys.argv[1:]
    warnings.filterwarnings("ignore")
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    torch.manual_seed(0)
    if name == "minilm":
        model = BertForSequenceClassification(BertConfig(**MINILM))
    elif name == "smollm2":
        model = LlamaForCausalLM(LlamaConfig(**SMOLLM2))
    else:
        model = larger(name)
    model.save_pretrained(folder)


main()
