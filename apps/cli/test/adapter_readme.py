"""Runs the Python of adapters' READMEs as pasted, each in its adapter's folder, and classifies texts with what it made.

    python adapter_readme.py CASES.json    [{ "folder": ..., "texts": [...], "tokens": ..., "merged": ... }, ...]

Prints a JSON list: for each case what the pasted lines printed, the class of each text by name, and its logits; likewise
for the merged model. Writes the token ids of all texts, padded on the right, to `tokens`.
"""

import contextlib
import io
import json
import os
import re
import sys
import warnings

import torch
import transformers
from safetensors.torch import save_file
from transformers import AutoModelForSequenceClassification


def main():
    warnings.filterwarnings("ignore")
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    with open(sys.argv[1]) as file:
        cases = json.load(file)
    print(json.dumps([run(**case) for case in cases]))


def run(folder, texts, tokens, merged):
    os.chdir(folder)
    with open("README.md") as file:
        (code,) = re.findall(r"^```python\n(.*?)^```", file.read(), re.DOTALL | re.MULTILINE)
    pasted, printed = {}, io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, pasted)
    ids = [pasted["tokenizer"](text)["input_ids"] for text in texts]
    width = max(map(len, ids))
    save_file(
        {
            "input_ids": torch.tensor([row + [0] * (width - len(row)) for row in ids]),
            "attention_mask": torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in ids]),
        },
        tokens,
    )
    return {
        "printed": printed.getvalue(),
        "adapted": classify(pasted["model"], ids),
        "merged": classify(AutoModelForSequenceClassification.from_pretrained(merged), ids),
    }


def classify(model, ids):
    with torch.no_grad():
        logits = [model(input_ids=torch.tensor([row])).logits[0] for row in ids]
    return {
        "names": list(model.config.id2label.values()),
        "label2id": model.config.label2id,
        "answers": [model.config.id2label[row.argmax().item()] for row in logits],
        "logits": [row.tolist() for row in logits],
    }


main()
