"""Writes packages/checkpoint/test/fixtures/dtypes.safetensors: one small tensor of each dtype, with known values.

    python scripts/reference/safetensors_fixture.py [OUT_FOLDER]

Needs numpy and safetensors of requirements.txt, and ml_dtypes==0.6.0 for bfloat16.
"""

import json
import sys
from pathlib import Path

import ml_dtypes
import numpy as np
from safetensors.numpy import save_file

ROOT = Path(__file__).resolve().parents[2]
OUT = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "packages/checkpoint/test/fixtures"

# All exact in float16 except where a dtype says otherwise; 65504 is the largest, 2^-24 the smallest float16.
HALVES = [[0.0, -0.0, 1.0, -2.5], [65504.0, 2.0**-24, 2.0**-14, np.inf]]


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    tensors = {
        "f32": np.arange(6, dtype=np.float32).reshape(2, 3) / 4,
        "f64": np.array([0.5, -3.0], dtype=np.float64),
        "f16": np.array(HALVES, dtype=np.float16),
        "bf16": np.array([1.0, -2.5, 3.0e38, 2.0**-133], dtype=ml_dtypes.bfloat16),
        "i64": np.array([-100, 0, 16_777_216], dtype=np.int64),
        "i64.wide": np.array([1, 16_777_217], dtype=np.int64),
        "i32": np.array([-7, 7], dtype=np.int32),
        "i16": np.array([-32768, 32767], dtype=np.int16),
        "i8": np.array([-128, 127], dtype=np.int8),
        "u8": np.array([0, 255, 1], dtype=np.uint8),
        "bool": np.array([True, False, True]),
        "empty": np.zeros((0, 4), dtype=np.float32),
        "scalar": np.array(42.0, dtype=np.float32),
        "10": np.array([10.0], dtype=np.float32),
        "9": np.array([9.0], dtype=np.float32),
    }
    save_file(tensors, OUT / "dtypes.safetensors", metadata={"format": "np"})

    # float32 alone: our encoder must write these bytes.
    floats = {
        name: np.random.default_rng(7).standard_normal(shape).astype(np.float32)
        for name, shape in {"b": (2, 3), "a": (5,), "10": (1, 1, 2), "9": (), "é": (0, 3), "Ａ": (1,), "𝐀": (1,)}.items()
    }
    save_file(floats, OUT / "floats.safetensors", metadata={"format": "pt"})
    values = {name: [float(v) for v in array.ravel()] for name, array in floats.items()}
    shapes = {name: list(array.shape) for name, array in floats.items()}
    text = json.dumps({"shapes": shapes, "values": values}, ensure_ascii=False, indent=1)
    (OUT / "floats.json").write_text(text + "\n", encoding="utf-8")


main()
