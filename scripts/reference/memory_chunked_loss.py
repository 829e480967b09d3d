"""Writes packages/core/test/memory/fixtures/chunked-loss.json: peaks of the chunked loss of TRL 1.7 to 1.12, under autocast.

A dispatch mode counts the storages that are alive beside the head's weight and the hidden states: see memory_peaks.py.

    pip install torch==2.15.0 trl==1.10.0 transformers==5.24.0 peft==0.21.2 bitsandbytes==0.50.2 numpy
    python scripts/reference/memory_chunked_loss.py
"""

from pathlib import Path

import torch
from memory_peaks import LiveBytes, write_rows
from trl.trainer.sft_trainer import _CHUNKED_LM_HEAD_CHUNK_SIZE, _chunked_cross_entropy_loss

OUT = Path(__file__).parents[2] / "packages/core/test/memory/fixtures/chunked-loss.json"
VOCAB = 60_000
CASES = [
    {"hidden": hidden, "tokens": tokens, "dtype": dtype}
    for hidden in (256, 1024) for tokens in (256, 512, 1024) for dtype in ("bf16", "fp32")
]


def peak(case):
    dtype = {"bf16": torch.bfloat16, "fp32": torch.float32}[case["dtype"]]
    weight = torch.randn(VOCAB, case["hidden"], dtype=dtype)
    states = torch.randn(1, case["tokens"], case["hidden"], dtype=dtype, requires_grad=True)
    labels = torch.randint(0, VOCAB, (1, case["tokens"]))
    live = LiveBytes()
    with live:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = _chunked_cross_entropy_loss(states, weight, _CHUNKED_LM_HEAD_CHUNK_SIZE, shift_labels=labels)[0]
        loss.backward()
    held = {each.untyped_storage()._cdata for each in (weight, states, labels)}
    return live.peak - sum(size for key, size in live.sizes.items() if key in held)


if __name__ == "__main__":
    torch.manual_seed(0)
    torch.set_num_threads(1)
    write_rows(OUT, [{**case, "vocab": VOCAB, "peak": peak(case)} for case in CASES])
