"""Writes packages/checkpoint/test/fixtures/gguf/adapters: what llama.cpp's converter makes of adapters on tiny models.

The models are those of gguf_fixture.py; so is how to get llama.cpp's converter:

    python scripts/reference/gguf_adapter_fixture.py llama_cpp_python-0.3.36/vendor/llama.cpp

Each adapter is on all linear layers of the blocks. Tensor number k, by its key, holds 4096 k, 4096 k + 1, …: exact through
any of the converter's transformations. GPT-2 is not among them: the converter transposes its factors as if they were the
weight, and llama.cpp then refuses them.
"""

import json
import subprocess
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

from gguf_fixture import FAMILIES, OUT, model_folder, named_folder, stub_tokenizer

CONVERTER = Path(sys.argv[1]) / "convert_lora_to_gguf.py"
RANK = 2
ALPHA = 6


def is_linear(name: str, shape: list[int]) -> bool:
    return len(shape) == 2 and ".layer" in name and name.endswith(".weight")


def main() -> None:
    (OUT / "adapters").mkdir(exist_ok=True)
    for name, config in FAMILIES.items():
        if name == "gpt2":
            continue
        with named_folder(name) as folder:
            tensors = model_folder(folder, config)
            stub_tokenizer(folder)
            adapter = folder / "adapter"
            adapter.mkdir()
            linear = {key.removesuffix(".weight"): shape for key, shape in tensors.items() if is_linear(key, shape)}
            keys = {}
            for path, (out_dim, in_dim) in linear.items():
                keys[f"base_model.model.{path}.lora_A.weight"] = (RANK, in_dim)
                keys[f"base_model.model.{path}.lora_B.weight"] = (out_dim, RANK)
            factors = {
                key: (4096.0 * k + torch.arange(keys[key][0] * keys[key][1])).reshape(keys[key])
                for k, key in enumerate(sorted(keys))
            }
            save_file(factors, adapter / "adapter_model.safetensors", metadata={"format": "pt"})
            fields = {"peft_type": "LORA", "r": RANK, "lora_alpha": ALPHA, "base_model_name_or_path": str(folder)}
            (adapter / "adapter_config.json").write_text(json.dumps(fields))
            convert = [sys.executable, CONVERTER, "--base", folder, "--outtype", "f32"]
            subprocess.run([*convert, "--outfile", OUT / f"adapters/{name}.gguf", adapter], check=True)


if __name__ == "__main__":
    main()
