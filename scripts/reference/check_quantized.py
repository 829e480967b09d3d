"""Loads a 4-bit folder that `lorank quantize` wrote in transformers, and compares it with what transformers makes itself.

    python scripts/reference/check_quantized.py FOLDER BASE

FOLDER  the 4-bit model
BASE    the folder that it was made from

Prints one JSON document: how many layers are in 4 bits and which linear layers are not; which 4-bit layers differ from what
bitsandbytes makes of BASE (a layer whose mean under double quantisation differs is compared in its codes alone; how many
there are, and by how much their means differ, is said); and how far the logits are from those of transformers' own 4-bit
model, and from those of BASE.
"""

import json
import sys

import bitsandbytes as bnb
import torch
import transformers
from transformers import AutoConfig, BitsAndBytesConfig


def load(folder, architecture, **options):
    make = getattr(transformers, architecture)
    model, info = make.from_pretrained(folder, output_loading_info=True, device_map="cpu", **options)
    lost = {key: sorted(map(str, value)) for key, value in info.items() if value}
    if lost:
        raise SystemExit(f"{folder}: {lost}")
    return model.eval()


def linears(model, kind):
    return {name: module for name, module in model.named_modules() if type(module) is kind}


def mean(module):
    state = module.weight.quant_state
    return state.offset.item() if state.nested else 0.0


def same(ours, theirs):
    """Whether all bytes agree; only the codes where another mean was taken off."""
    a, b = ours.weight.quant_state, theirs.weight.quant_state
    pairs = [(ours.weight.data.view(-1), theirs.weight.data.view(-1)), (a.code, b.code)]
    if mean(ours) == mean(theirs):
        pairs.append((a.absmax, b.absmax))
        if a.nested:
            pairs += [(a.state2.absmax, b.state2.absmax), (a.state2.code, b.state2.code)]
    facts = [(s.shape, s.dtype, s.blocksize, s.quant_type) for s in (a, b)]
    return facts[0] == facts[1] and all(torch.equal(x, y) for x, y in pairs)


def main(folder, base):
    config = AutoConfig.from_pretrained(folder)
    (architecture,) = config.architectures
    options = config.quantization_config
    quantization = BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type=options["bnb_4bit_quant_type"],
        bnb_4bit_use_double_quant=options["bnb_4bit_use_double_quant"],
        bnb_4bit_compute_dtype=options["bnb_4bit_compute_dtype"],
        llm_int8_skip_modules=options["llm_int8_skip_modules"],
    )
    ours = load(folder, architecture)
    theirs = load(base, architecture, quantization_config=quantization)
    float_model = load(base, architecture)
    mine, other = linears(ours, bnb.nn.Linear4bit), linears(theirs, bnb.nn.Linear4bit)
    if mine.keys() != other.keys():
        raise SystemExit(f"4-bit layers differ: {sorted(mine.keys() ^ other.keys())}")
    differing = [name for name in mine if not same(mine[name], other[name])]
    means = {name: abs(mean(mine[name]) / mean(other[name]) - 1) for name in mine if mean(other[name])}
    # after the comparison: on a CPU with AVX512_BF16 a forward pass repacks the weights in place
    ids = torch.arange(12).reshape(2, 6) % config.vocab_size
    with torch.no_grad():
        logits = [model(input_ids=ids).logits.float() for model in (ours, theirs, float_model)]
    print(
        json.dumps(
            {
                "architecture": architecture,
                "layers4bit": len(mine),
                "otherLinears": sorted(linears(ours, torch.nn.Linear)),
                "differing": differing,
                "otherMeans": sum(difference > 0 for difference in means.values()),
                "largestMeanDifference": max(means.values(), default=None),
                "logitsFromTransformers4bit": (logits[0] - logits[1]).abs().max().item(),
                "logitsFromBase": (logits[0] - logits[2]).abs().max().item(),
                "largestLogit": logits[2].abs().max().item(),
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:3])
