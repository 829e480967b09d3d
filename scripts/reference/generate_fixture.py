"""Writes generated.safetensors into each causal language model of packages/train/test/fixtures/families.

    python scripts/reference/generate_fixture.py [CASE ...]

It holds what transformers + PEFT generate greedily from the case's own left-padded batch: `base.tokens` and
`adapter.tokens` `[3, steps]`, and `adapter.logits` `[steps, vocab]` of the second row. No token ends an answer.
Generation without a cache must come to the same tokens.
"""

import sys
import warnings
from pathlib import Path

import torch
import transformers
from peft import PeftModel
from safetensors.torch import load_file, save_file

FAMILIES = Path(__file__).resolve().parents[2] / "packages/train/test/fixtures/families"
STEPS = 64


def generate(model, batch, steps, use_cache=True):
    made = model.generate(
        **batch, do_sample=False, num_beams=1, max_new_tokens=steps, min_new_tokens=steps, use_cache=use_cache,
        eos_token_id=None, pad_token_id=0, return_dict_in_generate=True, output_logits=True,
    )  # fmt: skip
    return made.sequences[:, batch["input_ids"].shape[1] :], torch.stack(made.logits, 1)


def write_case(folder):
    expected = load_file(folder / "expected.safetensors")
    batch = {key: expected[f"left.{key}"] for key in ("input_ids", "attention_mask")}
    base = transformers.AutoModelForCausalLM.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32).eval()
    learned = getattr(base.config, "n_positions", None)
    steps = STEPS if learned is None else min(STEPS, learned - batch["input_ids"].shape[1])
    tensors = {"base.tokens": generate(base, batch, steps)[0].contiguous()}
    model = PeftModel.from_pretrained(base, folder / "adapter").eval()
    tokens, logits = generate(model, batch, steps)
    again, _ = generate(model, batch, steps, use_cache=False)
    same = (tokens == again).all().item()
    tensors |= {"adapter.tokens": tokens.contiguous(), "adapter.logits": logits[1].contiguous()}
    save_file(tensors, folder / "generated.safetensors", metadata={"format": "pt"})
    (folder / "generated.safetensors").chmod(0o644)
    changed = (tokens != tensors["base.tokens"]).float().mean().item()
    print(f"{folder.name}: {steps} steps, {changed:.2f} of the tokens differ from the base's, without cache the same: {same}")


def main():
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    warnings.filterwarnings("ignore")
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    for folder in sorted(FAMILIES.iterdir()):
        if sys.argv[1:] and folder.name not in sys.argv[1:]:
            continue
        if '"task": "causal-lm"' in (folder / "expected.json").read_text():
            write_case(folder)


main()
