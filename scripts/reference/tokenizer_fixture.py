"""Writes packages/train/test/fixtures/tokenizers: what Hugging Face tokenizers (in Rust) makes of some texts.

    python scripts/reference/tokenizer_fixture.py

Two small tokenizers: byte-level BPE, trained on the sentences below, that begins each text with a token, as Llama
does, and WordPiece between [CLS] and [SEP], as BERT does.
"""

import json
from pathlib import Path

import tokenizers
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

OUT = Path(__file__).resolve().parents[2] / "packages/train/test/fixtures/tokenizers"
MAX_LENGTH = 8
CORPUS = [
    "The rank of an adapter is the inner size of the two matrices that it adds to a frozen weight.",
    "A small rank is often enough, and what is enough depends on the task and on the data.",
    "It doesn't matter how long the letter is: we'll read the first part and answer what we've read.",
    "Win a prize! Answer this letter within 24 hours and 100 dollars are yours.",
    "Dear all, the meeting is at 10:30 in room 214. Please read the attached notes before it.",
]
TEXTS = [
    "",
    "The letter.",
    "The adapter's rank doesn't matter,  and we'll read it.\n\nAnswer within 24 hours!!!\n",
    "  leading spaces, trailing spaces   ",
    "Grüße aus Köln: naïve café, 東京 😀 Ελλάς",
    "tabs\tand\r\nlines\n\n\nand 1234567890",
    "a <sep> in the text",
    CORPUS[0] + " " + CORPUS[3],
]


def byte_level():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=340, special_tokens=["<s>", "</s>", "<sep>"], initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 0)])
    return tokenizer, {"bos_token": "<s>", "eos_token": "</s>", "clean_up_tokenization_spaces": False}


def word_piece():
    # not trained: that trainer's ids change from run to run
    letters = "abcdefghijklmnopqrstuvwxyz0123456789.,:!'"
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "<sep>"]
    words = ["the", "let", "read", "rank", "answer", "lead", "##ter", "##ing", "##er", "##s", "##ad", "24"]
    vocabulary = dict.fromkeys([*special, *letters, *("##" + letter for letter in letters), *words])
    tokenizer = Tokenizer(models.WordPiece({token: i for i, token in enumerate(vocabulary)}, unk_token="[UNK]"))
    tokenizer.add_special_tokens(special)
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return tokenizer, {"cls_token": "[CLS]", "sep_token": "[SEP]", "unk_token": "[UNK]", "do_lower_case": True}


for name, make in [("byte-level", byte_level), ("word-piece", word_piece)]:
    folder = OUT / name
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer, config = make()
    (folder / "tokenizer.json").write_text(tokenizer.to_str())
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1) + "\n")
    whole = [tokenizer.encode(text).ids for text in TEXTS]
    tokenizer.enable_truncation(max_length=MAX_LENGTH)
    cases = [
        {"text": text, "ids": ids, "truncated": tokenizer.encode(text).ids} for text, ids in zip(TEXTS, whole)
    ]
    expected = {"tokenizers": tokenizers.__version__, "maxLength": MAX_LENGTH, "cases": cases}
    (folder / "expected.json").write_text(json.dumps(expected, ensure_ascii=False) + "\n")
