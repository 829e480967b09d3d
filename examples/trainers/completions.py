"""Evaluates a causal language model with a PEFT adapter on completions: per example the log loss and the tokens right.

    python evaluate.py --model MODEL --data data.jsonl --adapter ADAPTER --split validation --out OUT

The data are JSON Lines with prompt and completion and, if you have them, id and split (train, validation, test). TRL,
Axolotl and LLaMA-Factory are given the texts that `rendered` makes, so each trains what is evaluated here.
"""

import argparse
import json
from pathlib import Path

import torch

from lorank_points import write_point
from lorank_trial import named_exits, trial_device, write_outcomes
from retention import write_forgetting


def read_rows(path: Path):
    """The rows of each split. Without a column split, every fifth row is for validation, whatever the seed is."""
    parts = {"train": [], "validation": [], "test": []}
    with open(path, encoding="utf-8") as file:
        for number, row in enumerate((json.loads(line) for line in file if line.strip()), 1):
            split = row.get("split") or ("validation" if number % 5 == 0 else "train")
            parts[split].append({**row, "id": row.get("id") or f"row-{number}"})
    return parts


def rendered(row, tokenizer):
    """Prompt and completion as the model reads them, special tokens included: in its chat template, if it has one."""
    prompt = (tokenizer.bos_token or "") + row["prompt"]
    if tokenizer.chat_template:
        chat = [{"role": "user", "content": row["prompt"]}]
        prompt = tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
    return prompt, row["completion"] + tokenizer.eos_token


def tokens_of(row, tokenizer, max_length: int):
    """Token ids of prompt and completion, and for each token whether it is learned. The end is cut."""
    prompt, completion = (tokenizer(text, add_special_tokens=False)["input_ids"] for text in rendered(row, tokenizer))
    learned = [0] * len(prompt) + [1] * len(completion)
    return (prompt + completion)[:max_length], learned[:max_length]


@torch.no_grad()
def evaluate(model, rows, tokenizer, max_length: int):
    """Each completion alone: no padding, so what stands in a batch beside it changes nothing."""
    model.eval()
    device = next(model.parameters()).device
    for row in rows:
        ids, learned = tokens_of(row, tokenizer, max_length)
        if not any(learned):
            raise ValueError(f"{row['id']}: the prompt alone has {max_length} tokens or more, raise --max-length")
        tokens = torch.tensor([ids], device=device)
        logits = model(input_ids=tokens).logits[0, :-1].float()
        chosen = torch.tensor(learned[1:], device=device).bool()
        logits, targets = logits[chosen], tokens[0, 1:][chosen]
        yield {
            "example": row["id"],
            "correct": (logits.argmax(-1) == targets).float().mean().item(),
            "logLoss": torch.nn.functional.cross_entropy(logits, targets).item(),
        }


def write_scores(out: Path, model, rows, tokenizer, settings) -> None:
    """Writes outcomes.csv of a PEFT model, and with --retain what its base forgets."""
    if settings.retain:
        write_forgetting(out, model, tokenizer, settings.retain, settings.max_length)
    write_outcomes(out, evaluate(model, rows, tokenizer, settings.max_length))


def evaluate_adapter(settings, adapter: Path, split: str, checkpoints=()) -> None:
    """Writes the outcomes of an adapter, and before those of `checkpoints`, steps and folders of adapters, as points.

    The base is in bfloat16, or in float32 on a CPU.
    """
    from peft import PeftModel
    from transformers import AutoModelForCausalLM, AutoTokenizer

    dtype = torch.float32 if settings.device == "cpu" else torch.bfloat16
    with named_exits():
        base = AutoModelForCausalLM.from_pretrained(settings.model, dtype=dtype)
        tokenizer = AutoTokenizer.from_pretrained(settings.model)
        rows = read_rows(settings.data)[split]
        for step, folder in checkpoints:
            model = PeftModel.from_pretrained(base, folder).to(settings.device)
            write_point(settings.out, step, lambda out: write_scores(out, model, rows, tokenizer, settings))  # noqa: B023
            base = model.unload()
        model = PeftModel.from_pretrained(base, adapter).to(settings.device)
        write_scores(settings.out, model, rows, tokenizer, settings)


def add_data_flags(parser):
    parser.add_argument("--model", required=True, help="a folder or a hub id")
    parser.add_argument("--data", type=Path, required=True, help=".jsonl with prompt and completion")
    parser.add_argument("--max-length", type=int, default=1024, help="tokens of prompt and completion")
    parser.add_argument("--retain", type=Path, help="general texts, to measure what the base forgets")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_data_flags(parser)
    parser.add_argument("--adapter", type=Path, required=True, help="folder with adapter_config.json")
    parser.add_argument("--split", choices=["validation", "test"], default="validation")
    parser.add_argument("--out", type=Path, required=True, help="folder for outcomes.csv")
    settings = parser.parse_args()
    settings.device = trial_device()
    settings.out.mkdir(parents=True, exist_ok=True)
    evaluate_adapter(settings, settings.adapter, settings.split)


if __name__ == "__main__":
    main()
