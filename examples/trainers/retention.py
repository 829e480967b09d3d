"""What an adapter makes its base forget: the change of log loss on general texts, by transformers and PEFT.

    python retention.py --model MODEL --adapter ADAPTER --retain texts.txt --out OUT

Writes outcomes.forgetting.csv: for each text the log loss with the adapter minus that without, in nats per token. In a
text file, blank lines separate texts; without any, each line is one. A file .jsonl has a column text.
"""

import argparse
import csv
import json
import re
from pathlib import Path

import torch

from lorank_trial import named_exits, trial_device, write_whole


def read_texts(path: Path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".jsonl":
        texts = [json.loads(line)["text"] for line in text.splitlines() if line.strip()]
    else:
        texts = [part for part in re.split(r"\n[^\S\n]*\n", text) if part.strip()]
        texts = text.splitlines() if len(texts) < 2 else texts
    return [text.strip() for text in texts if text.strip()]


def windows_of(text, tokenizer, max_length: int):
    """Token ids in windows that do not overlap. Each begins as a text does, with the tokenizer's first token if it has one."""
    ids = tokenizer(text, add_special_tokens=False)["input_ids"]
    before = [tokenizer.bos_token_id] if tokenizer("")["input_ids"][:1] == [tokenizer.bos_token_id] else []
    room = max_length - len(before)
    windows = [before + ids[start : start + room] for start in range(0, len(ids), room)]
    return [window for window in windows if len(window) > 1]  # a single token predicts nothing


@torch.no_grad()
def log_losses(model, texts, tokenizer, max_length: int):
    """Log loss of each text in nats, the mean over its predicted tokens; None for a text without any."""
    model.eval()
    device = next(model.parameters()).device
    for text in texts:
        total, count = 0.0, 0
        for window in windows_of(text, tokenizer, max_length):
            tokens = torch.tensor([window], device=device)
            logits = model(input_ids=tokens).logits[0, :-1].float()
            total += torch.nn.functional.cross_entropy(logits, tokens[0, 1:], reduction="sum").item()
            count += len(window) - 1
        yield total / count if count else None


def write_forgetting(out: Path, model, tokenizer, texts: Path, max_length: int) -> None:
    """Writes outcomes.forgetting.csv of a PEFT model, whose base is the same without its adapter."""
    read = read_texts(texts)
    after = list(log_losses(model, read, tokenizer, max_length))
    with model.disable_adapter():
        before = list(log_losses(model, read, tokenizer, max_length))
    rows = [(number, a - b) for number, (a, b) in enumerate(zip(after, before, strict=True), 1) if a is not None]

    def write(path: Path) -> None:
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["example", "value"])
            writer.writerows(rows)

    write_whole(out / "outcomes.forgetting.csv", write)


def main():
    from peft import PeftModel
    from transformers import AutoModelForCausalLM, AutoTokenizer

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="a folder or a hub id")
    parser.add_argument("--adapter", type=Path, required=True, help="folder with adapter_config.json")
    parser.add_argument("--retain", type=Path, required=True, help="general texts: .txt or .jsonl")
    parser.add_argument("--max-length", type=int, default=1024, help="tokens of a window")
    parser.add_argument("--out", type=Path, required=True, help="folder for outcomes.forgetting.csv")
    settings = parser.parse_args()
    settings.out.mkdir(parents=True, exist_ok=True)
    device = trial_device()
    dtype = torch.float32 if device == "cpu" else torch.bfloat16
    with named_exits():
        base = AutoModelForCausalLM.from_pretrained(settings.model, dtype=dtype)
        model = PeftModel.from_pretrained(base, settings.adapter).to(device)
        tokenizer = AutoTokenizer.from_pretrained(settings.model)
        write_forgetting(settings.out, model, tokenizer, settings.retain, settings.max_length)


if __name__ == "__main__":
    main()
