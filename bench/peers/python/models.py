"""Writes the models of the step benchmarks: published shapes, random weights, float32, one folder that both sides read.

    python models.py minilm FOLDER
    python models.py smollm2 FOLDER
"""

import sys
import warnings

import torch
import transformers
from transformers import BertConfig, BertForSequenceClassification, LlamaConfig, LlamaForCausalLM

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


def main():
    name, folder = sys.argv[1:]
    warnings.filterwarnings("ignore")
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    torch.manual_seed(0)
    if name == "minilm":
        model = BertForSequenceClassification(BertConfig(**MINILM))
    else:
        model = LlamaForCausalLM(LlamaConfig(**SMOLLM2))
    model.save_pretrained(folder)


main()
