"""Writes packages/quant/test/fixtures/bitsandbytes.json: 4-bit quantisation as bitsandbytes does it on a CPU.

    python scripts/reference/nf4_fixture.py [OUT_FILE]

Arrays are base64 of their little-endian bytes. `dequantizedSha256` is of the float32 bytes; the values themselves
are there too except for the long input.
"""

import base64
import hashlib
import json
import sys
from pathlib import Path

import bitsandbytes
import bitsandbytes.functional as bnb
import torch

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "packages/quant/test/fixtures/bitsandbytes.json"
LONG = "long"


def packed(tensor):
    return base64.b64encode(raw(tensor)).decode()


def raw(tensor):
    return tensor.detach().contiguous().reshape(-1).numpy().tobytes()


def spread(values, scale):
    """The values times `scale` in one block of 64 whose absmax is exactly `scale`, 1 and -1 among them."""
    block = torch.zeros(64)
    block[: len(values)] = values
    block[62], block[63] = 1.0, -1.0
    return block * scale


def midpoints(quant_type):
    levels = bnb.get_4bit_type(quant_type, device="cpu").sort().values
    return (levels[:-1] + levels[1:]) / 2


def ties_of_division():
    """A short block for each of some absmax: one weight whose ratio, but not whose product with 1 / absmax, tops a bound."""
    bound = midpoints("nf4")[-1]
    absmax = 1 + torch.arange(1, 4000) / 2**14
    weight = bound * absmax
    for ulps in range(3):
        found = (weight / absmax > bound) & (weight * (1 / absmax) <= bound)
        if found.any():
            return torch.stack([absmax[found][0], weight[found][0]])
        weight = weight.nextafter(torch.tensor(torch.inf))
    raise RuntimeError("no such weight")


def nested_boundaries():
    """Two blocks of 256: 1, and the values about which the 8-bit code changes, and their upper float32 neighbours."""
    grid = torch.linspace(-1, 1, 65536, dtype=torch.float64).float()
    _, state = bnb.quantize_blockwise(torch.ones(1))
    bounds = (state.code[:-1] + state.code[1:]) / 2
    last = torch.searchsorted(grid, bounds, right=True) - 1
    edges = ((grid[last].double() + grid[last + 1].double()) / 2).float()
    one = torch.ones(1)
    return torch.cat([one, edges, one, edges.nextafter(torch.tensor(torch.inf))])


def inputs():
    torch.manual_seed(20)
    infinity = torch.tensor(torch.inf)
    zero_block = 0.02 * torch.randn(256)
    zero_block[64:128] = 0
    ties = [torch.cat([m, m.nextafter(infinity), m.nextafter(-infinity)]) for m in map(midpoints, ("nf4", "fp4"))]
    levels = [bnb.get_4bit_type(name, device="cpu") for name in ("nf4", "fp4")]
    return {
        "normal": torch.randn(500),
        "odd length": 0.02 * torch.randn(333),
        "uniform": 2 * torch.rand(512) - 1,
        "heavy-tailed": torch.distributions.StudentT(2.0).sample((320,)),
        "zeros": torch.zeros(200),
        "a block of zeros": zero_block,
        "one weight": torch.tensor([-0.37]),
        "levels": torch.cat([spread(values, scale) for values in levels for scale in (1.0, 0.75, 3e-3)]),
        "ties": torch.cat([spread(values, scale) for values in ties for scale in (1.0, 0.25, 0.013)]),
        "a tie of division": ties_of_division(),
        "subnormal": torch.cat([1e-39 * torch.randn(70), 1e-37 * torch.randn(58)]),
        "huge": 3e37 * torch.randn(96),
        LONG: 0.02 * torch.randn(257 * 32 + 10),
    }


def cases(names):
    for name in names:
        for quant_type in ("nf4", "fp4"):
            yield name, quant_type, 64, False
    for blocksize in (32, 128, 256, 512, 1024, 2048, 4096):
        yield LONG, "nf4", blocksize, False
    yield LONG, "fp4", 4096, False
    for name in ("normal", "heavy-tailed", "zeros", "a block of zeros", "one weight", LONG):
        yield name, "nf4", 64, True
    yield LONG, "nf4", 32, True
    yield LONG, "fp4", 32, True


def run_case(name, values, quant_type, blocksize, double):
    codes, state = bnb.quantize_4bit(values, blocksize=blocksize, quant_type=quant_type, compress_statistics=double)
    restored = bnb.dequantize_4bit(codes, state)
    case = {
        "input": name, "format": quant_type, "blockSize": blocksize, "doubleQuant": double,
        "codes": packed(codes), "absmax": packed(state.absmax),
        "dequantizedSha256": hashlib.sha256(raw(restored)).hexdigest(),
    }  # fmt: skip
    if name != LONG:
        case["dequantized"] = packed(restored)
    if double:
        case["offset"] = state.offset.item()
        case["nestedAbsmax"] = packed(state.state2.absmax)
        assert state.state2.blocksize == 256
    return case


def main():
    torch.set_num_threads(1)
    values = inputs()
    _, probe = bnb.quantize_blockwise(torch.ones(1))
    boundaries = nested_boundaries()
    nested_codes, nested_state = bnb.quantize_blockwise(boundaries, blocksize=256)
    document = {
        "versions": {
            "bitsandbytes": bitsandbytes.__version__, "torch": torch.__version__,
            "cpuCapability": torch.backends.cpu.get_cpu_capability(),
        },
        "levels": {name: packed(bnb.get_4bit_type(name, device="cpu")) for name in ("nf4", "fp4")},
        "dynamicLevels": packed(probe.code),
        "nested": {
            "values": packed(boundaries), "codes": packed(nested_codes), "absmax": packed(nested_state.absmax),
        },
        "inputs": {name: packed(tensor) for name, tensor in values.items()},
        "cases": [run_case(name, values[name], *rest) for name, *rest in cases(values)],
    }  # fmt: skip
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else OUT
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(document, indent=1) + "\n")
    print(len(document["cases"]), "cases,", out.stat().st_size, "bytes")


main()
