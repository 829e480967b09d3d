"""Writes packages/train/test/fixtures/tokenizers/<kind>/decoded.json: the text that AutoTokenizer makes of ids.

    python scripts/reference/decode_fixture.py

The ids are those of expected.json, and sequences drawn at random, whose bytes often are no text: `all` with special tokens,
`plain` without. Kinds of models that generate nothing, BERT's, are left out.
"""

import json
import random
from pathlib import Path

import transformers
from transformers import AutoTokenizer

TOKENIZERS = Path(__file__).resolve().parents[2] / "packages/train/test/fixtures/tokenizers"


def main():
    transformers.logging.set_verbosity_error()
    for folder in sorted(path.parent for path in TOKENIZERS.glob("*/expected.json")):
        if json.loads((folder / "tokenizer.json").read_text())["model"]["type"] == "WordPiece":
            continue
        expected = json.loads((folder / "expected.json").read_text())
        tokenizer = AutoTokenizer.from_pretrained(folder)
        chance = random.Random(folder.name)
        drawn = [[chance.randrange(expected["vocabSize"]) for _ in range(12)] for _ in range(30)]
        lists = [case["ids"] for case in expected["cases"]] + drawn
        cases = [
            {"ids": ids, "all": tokenizer.decode(ids), "plain": tokenizer.decode(ids, skip_special_tokens=True)}
            for ids in lists
        ]
        (folder / "decoded.json").write_text(json.dumps(cases, ensure_ascii=True) + "\n")
        print(folder.name, len(cases))


main()
