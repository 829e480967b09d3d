"""Writes packages/quant/test/fixtures/checkpoints: tiny models as transformers saves them in 4 bits with bitsandbytes.

    python scripts/reference/nf4_checkpoint_fixture.py [OUT_FOLDER]

For each model `float` holds the weights before they were quantised, and `nf4`, `nf4-double`, `fp4` and `fp4-double` what
save_pretrained() writes. No model is run: on a CPU with AVX512_BF16 an evaluation repacks the weights in place, and what
is saved after it is corrupt.
"""

import shutil
import sys
from pathlib import Path

import torch
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BitsAndBytesConfig,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
)

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "packages/quant/test/fixtures/checkpoints"

# gate_proj has 288 blocks of 64, so that double quantisation has a second nested block
LLAMA = LlamaConfig(
    vocab_size=32,
    hidden_size=96,
    intermediate_size=192,
    num_hidden_layers=1,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=32,
    tie_word_embeddings=False,
)
# 40 by 60 weights are 37 blocks of 64 and a half
BERT = BertConfig(
    vocab_size=32,
    hidden_size=40,
    intermediate_size=60,
    num_hidden_layers=1,
    num_attention_heads=4,
    max_position_embeddings=32,
)
# its Conv1D layers are quantised after transposing, and are linear layers from then on
GPT2 = GPT2Config(vocab_size=32, n_embd=32, n_inner=48, n_layer=1, n_head=4, n_positions=32)
MODELS = {
    "llama": (LlamaForCausalLM, LLAMA, torch.bfloat16),
    "bert": (BertForSequenceClassification, BERT, torch.float32),
    "gpt2": (GPT2LMHeadModel, GPT2, torch.float16),
}


def write(folder, make, config, dtype):
    torch.manual_seed(7)
    make(config).to(dtype).save_pretrained(folder / "float")
    for quant_type in ("nf4", "fp4"):
        for double in (False, True):
            quantization = BitsAndBytesConfig(
                load_in_4bit=True, bnb_4bit_quant_type=quant_type, bnb_4bit_use_double_quant=double
            )
            model = make.from_pretrained(
                folder / "float", quantization_config=quantization, dtype=dtype, device_map="cpu"
            )
            model.train()
            model.save_pretrained(folder / (quant_type + ("-double" if double else "")))


def main(out):
    for name, (make, config, dtype) in MODELS.items():
        shutil.rmtree(out / name, ignore_errors=True)
        write(out / name, make, config, dtype)
    for extra in out.rglob("generation_config.json"):
        extra.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else OUT)
