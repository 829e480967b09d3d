"""Prints milliseconds a step of transformers' greedy generate on two threads, after a prompt of 32 tokens.

    python scripts/reference/generate_bench.py MODEL.gguf [--rows 1] [--steps 32] [--after 2] [--nf4] [--no-cache]

The time of a generation of `--after` tokens is taken off, so that loading and the prompt do not count. Called by
packages/train/bench/generate.ts.
"""

import argparse
import time
from pathlib import Path

import torch
import transformers


def in_4_bits(model):
    import bitsandbytes as bnb

    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, torch.nn.Linear) and name != "lm_head":
                layer = bnb.nn.Linear4bit(
                    child.in_features, child.out_features, bias=child.bias is not None, compute_dtype=torch.float32, quant_type="nf4"
                )
                layer.weight = bnb.nn.Params4bit(child.weight.data.clone(), requires_grad=False, quant_type="nf4")
                setattr(module, name, layer.to("cpu"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model", type=Path)
    parser.add_argument("--rows", type=int, default=1)
    parser.add_argument("--steps", type=int, default=32)
    parser.add_argument("--after", type=int, default=2)
    parser.add_argument("--nf4", action="store_true")
    parser.add_argument("--no-cache", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(2)
    model = transformers.AutoModelForCausalLM.from_pretrained(
        options.model.parent, gguf_file=options.model.name, dtype=torch.float32
    ).eval()
    model.generation_config.eos_token_id = None
    if options.nf4:
        in_4_bits(model)
    ids = torch.tensor([[1000 + 37 * i for i in range(32)]] * options.rows)

    def seconds(steps):
        start = time.perf_counter()
        model.generate(
            ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=steps, min_new_tokens=steps,
            use_cache=not options.no_cache, pad_token_id=0,
        )  # fmt: skip
        return time.perf_counter() - start

    seconds(2)
    short = seconds(options.after)
    print(1000 * (seconds(options.after + options.steps) - short) / options.steps)


main()
