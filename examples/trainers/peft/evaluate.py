"""Evaluates a PEFT adapter that train.py made, or a cut of one to a lower rank.

    python evaluate.py --model MODEL --data data.csv --adapter ADAPTER --split test --out OUT

LoRAnk runs it for --method probe (split validation) and for the test score.
"""

import argparse
from pathlib import Path

from peft import PeftModel
from transformers import AutoTokenizer

from lorank_trial import named_exits, trial_device, write_outcomes
from train import add_data_flags, classes_of, evaluate, load_base, read_rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_data_flags(parser)
    parser.add_argument("--adapter", type=Path, required=True, help="folder with adapter_config.json")
    parser.add_argument("--split", choices=["validation", "test"], default="validation")
    parser.add_argument("--out", type=Path, required=True, help="folder for outcomes.csv")
    settings = parser.parse_args()
    settings.device = trial_device()
    settings.out.mkdir(parents=True, exist_ok=True)

    parts = read_rows(settings.data)
    classes = classes_of(parts)
    tokenizer = AutoTokenizer.from_pretrained(settings.model)
    with named_exits():
        base = load_base(settings, classes, tokenizer)
        model = PeftModel.from_pretrained(base, settings.adapter).to(settings.device)
        write_outcomes(settings.out, evaluate(model, parts[settings.split], classes, tokenizer, settings))


if __name__ == "__main__":
    main()
