"""Weights a second of bitsandbytes' 4-bit quantisation on this CPU, to hold packages/quant/bench/run.ts against. It counts
seconds of CPU time on one thread.

    python scripts/reference/nf4_bench.py
"""

import os
import statistics
import time

import bitsandbytes
import bitsandbytes.functional as bnb
import torch

COUNT = 2048 * 2048
ROUNDS = 15
SETTINGS = [("nf4", 64, False), ("nf4", 64, True), ("fp4", 64, False), ("nf4", 4096, False)]


def main():
    torch.set_num_threads(1)
    torch.manual_seed(1)
    weights = 0.02 * torch.randn(2048, 2048)
    runs = {}
    for quant_type, blocksize, double in SETTINGS:
        name = f"{quant_type}, blocks of {blocksize}{', double' if double else ''}"
        options = {"quant_type": quant_type, "blocksize": blocksize, "compress_statistics": double}
        codes, state = bnb.quantize_4bit(weights, **options)
        runs[f"quantise {name}"] = lambda options=options: bnb.quantize_4bit(weights, **options)
        runs[f"dequantise {name}"] = lambda codes=codes, state=state: bnb.dequantize_4bit(codes, state)
    seconds = {name: [] for name in runs}
    for round_number in range(-2, ROUNDS):
        for name, run in runs.items():
            start = time.process_time()
            run()
            if round_number >= 0:
                seconds[name].append(time.process_time() - start)
    print(f"bitsandbytes {bitsandbytes.__version__}, torch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()},",
          f"threads {torch.get_num_threads()}, load", *(f"{value:.1f}" for value in os.getloadavg()))  # fmt: skip
    print(f"{COUNT} weights, median and best of {ROUNDS} interleaved rounds, million weights a CPU second")
    for name, times in seconds.items():
        print(f"{name:34} {COUNT / statistics.median(times) / 1e6:6.0f} {COUNT / min(times) / 1e6:6.0f}")


main()
