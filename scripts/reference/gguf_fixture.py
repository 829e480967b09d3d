"""Writes packages/checkpoint/test/fixtures/gguf: GGUF files and what must be read from them.

    types.gguf, types.safetensors   a tensor of each element type and its float32 values by gguf.quants.dequantize
    families/*.gguf, families.json  tiny models by llama.cpp's converter, with the config and tensors that went in
    tokenizers/*.gguf, tokenizers.json  vocabularies by llama.cpp's converter, with token ids of the Python tokenizers

llama.cpp's converter is no package of its own; it comes with the source distribution of llama-cpp-python 0.3.36:

    pip download --no-deps --no-binary :all: llama-cpp-python==0.3.36 && tar xzf llama_cpp_python-0.3.36.tar.gz
    python scripts/reference/gguf_fixture.py llama_cpp_python-0.3.36/vendor/llama.cpp
"""

import json
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

if __name__ == "__main__":
    LLAMA_CPP = Path(sys.argv[1])
    sys.path.insert(0, str(LLAMA_CPP))
    sys.path.insert(0, str(LLAMA_CPP / "gguf-py"))

import gguf
import torch
import transformers
from safetensors.numpy import save_file
from safetensors.torch import load_file
from safetensors.torch import save_file as save_torch

OUT = Path(__file__).parents[2] / "packages/checkpoint/test/fixtures/gguf"
Q = gguf.GGMLQuantizationType


@contextmanager
def named_folder(name: str) -> Iterator[Path]:
    """A temporary folder of that name, for the converter writes the name into the file."""
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / f"tiny-{name}"
        folder.mkdir()
        yield folder


def types() -> None:
    rng = np.random.default_rng(7)
    writer = gguf.GGUFWriter(OUT / "types.gguf", "types")
    for value, add in [
        (255, writer.add_uint8), (-128, writer.add_int8), (65535, writer.add_uint16), (-32768, writer.add_int16),
        (2**32 - 1, writer.add_uint32), (-(2**31), writer.add_int32), (2**63, writer.add_uint64),
        (-(2**40), writer.add_int64), (1e-5, writer.add_float32), (0.1, writer.add_float64),
        (True, writer.add_bool), ("é\u2581", writer.add_string),
    ]:  # fmt: skip
        add(f"types.{add.__name__.removeprefix('add_')}", value)
    writer.add_array("types.strings", ["", "a", "bc"])
    writer.add_array("types.int32s", [3, -1])
    writer.add_array("types.bools", [True, False])
    expected = {}
    for kind in [Q.F32, Q.F16, Q.BF16, Q.Q4_0, Q.Q4_1, Q.Q5_0, Q.Q5_1, Q.Q8_0, Q.Q4_K, Q.Q5_K, Q.Q6_K]:
        data = blocks(rng, kind, rows=2, columns=512 if gguf.GGML_QUANT_SIZES[kind][0] == 256 else 96)
        writer.add_tensor(kind.name, data, raw_dtype=kind)
        expected[kind.name] = np.ascontiguousarray(gguf.quants.dequantize(data, kind))
        assert np.isfinite(expected[kind.name]).all(), kind
    doubles = np.array([0.5, -1e300, 3.0])
    doubles[1] = -(2.0**100)
    writer.add_tensor("F64", doubles)
    expected["F64"] = doubles.astype(np.float32)
    write(writer)
    save_file(expected, OUT / "types.safetensors")


def blocks(rng: np.random.Generator, kind: Q, rows: int, columns: int) -> np.ndarray:
    """Random bytes whose float16 scales are finite; random values for the plain types."""
    values = rng.standard_normal((rows, columns), dtype=np.float32)
    if kind in (Q.F32, Q.F16, Q.BF16):
        return gguf.quants.quantize(values, kind)
    elements, size = gguf.GGML_QUANT_SIZES[kind]
    data = rng.integers(0, 256, (rows, columns // elements, size), dtype=np.uint8)
    halves = {Q.Q4_1: [0, 2], Q.Q5_1: [0, 2], Q.Q4_K: [0, 2], Q.Q5_K: [0, 2], Q.Q6_K: [208]}.get(kind, [0])
    for at in halves:
        scales = rng.standard_normal((rows, columns // elements, 1)).astype(np.float16)
        scales[0, 0] = np.float16(6e-8)  # the smallest subnormal
        data[:, :, at : at + 2] = scales.view(np.uint8)
    return data.reshape(rows, -1)


def write(writer: gguf.GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


VOCAB = 12
DECODER = dict(
    vocab_size=VOCAB, hidden_size=8, intermediate_size=12, num_hidden_layers=2, num_attention_heads=2,
    num_key_value_heads=1, max_position_embeddings=96, bos_token_id=1, eos_token_id=2, pad_token_id=0,
)  # fmt: skip
LLAMA3 = dict(
    rope_type="llama3", rope_theta=500000.0, factor=32.0, low_freq_factor=1.0, high_freq_factor=4.0,
    original_max_position_embeddings=8192,
)  # fmt: skip
LONGROPE = dict(
    rope_type="longrope", rope_theta=10000.0, short_factor=[1.0, 1.25], long_factor=[1.5, 40.0],
    original_max_position_embeddings=64,
)  # fmt: skip
YARN = dict(rope_type="yarn", rope_theta=1e6, factor=4.0, original_max_position_embeddings=64)
FAMILIES = {
    "llama": transformers.LlamaConfig(**DECODER, rms_norm_eps=1e-5, rope_parameters=dict(rope_type="default", rope_theta=1e5)),
    "llama3": transformers.LlamaConfig(
        **DECODER, head_dim=16, attention_bias=True, mlp_bias=True, tie_word_embeddings=True, rope_parameters=LLAMA3
    ),
    "mistral": transformers.MistralConfig(**DECODER, sliding_window=None),
    "qwen2": transformers.Qwen2Config(**DECODER, tie_word_embeddings=True, rope_parameters=YARN),
    "qwen3": transformers.Qwen3Config(**DECODER, head_dim=8),
    "gemma2": transformers.Gemma2Config(**DECODER, head_dim=8, query_pre_attn_scalar=8, sliding_window=32),
    "gemma3": transformers.Gemma3TextConfig(
        **{**DECODER, "num_hidden_layers": 7}, head_dim=8, query_pre_attn_scalar=8, sliding_window=32,
        rope_parameters={
            "full_attention": dict(rope_type="linear", rope_theta=1e6, factor=8.0),
            "sliding_attention": dict(rope_type="default", rope_theta=10000.0),
        },
    ),
    "phi3": transformers.Phi3Config(**DECODER, original_max_position_embeddings=64, sliding_window=47, rope_parameters=LONGROPE),
    "gpt2": transformers.GPT2Config(
        vocab_size=VOCAB, n_positions=16, n_embd=8, n_layer=2, n_head=2, bos_token_id=1, eos_token_id=2
    ),
    "bert": transformers.BertConfig(
        vocab_size=VOCAB, hidden_size=8, intermediate_size=12, num_hidden_layers=2, num_attention_heads=2,
        max_position_embeddings=16,
    ),
}  # fmt: skip


def families() -> None:
    (OUT / "families").mkdir(exist_ok=True)
    record = {}
    for name, config in FAMILIES.items():
        with named_folder(name) as folder:
            tensors = model_folder(folder, config)
            stub_tokenizer(folder)
            convert(folder, OUT / f"families/{name}.gguf", stub_vocab)
            saved = json.loads((folder / "config.json").read_text())
        record[name] = {"config": saved, "tensors": tensors}
    (OUT / "families.json").write_text(json.dumps(record) + "\n")


def model_folder(folder: Path, config: transformers.PreTrainedConfig) -> dict[str, list[int]]:
    """A model whose tensor number k, by name, holds 4096 k, 4096 k + 1, …: exact through any of the transformations."""
    auto = transformers.AutoModel if config.model_type == "bert" else transformers.AutoModelForCausalLM
    auto.from_config(config).save_pretrained(folder)
    tensors = load_file(folder / "model.safetensors")
    for k, name in enumerate(sorted(tensors)):
        tensors[name] = (4096.0 * k + torch.arange(tensors[name].numel())).reshape(tensors[name].shape)
    save_torch(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    path = folder / "config.json"
    saved = json.loads(path.read_text())
    if saved["model_type"] == "gpt2":
        saved["n_ctx"] = saved["n_positions"]  # the hub's files have it, transformers 5 does not write it
    path.write_text(json.dumps(saved))
    return {name: list(tensors[name].shape) for name in sorted(tensors)}


def stub_tokenizer(folder: Path) -> None:
    tokenizer = {"model": {"vocab": {f"t{i}": i for i in range(VOCAB)}}, "added_tokens": []}
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))


def stub_vocab(model) -> None:
    model.gguf_writer.add_tokenizer_model("gpt2")
    model.gguf_writer.add_tokenizer_pre("gpt-2")
    model.gguf_writer.add_token_list([f"t{i}" for i in range(VOCAB)])
    model.gguf_writer.add_token_types([3, 3, 3] + [1] * (VOCAB - 3))
    model.gguf_writer.add_token_merges([])
    model.gguf_writer.add_pad_token_id(0)
    model.gguf_writer.add_bos_token_id(1)
    model.gguf_writer.add_eos_token_id(2)


def convert(folder: Path, out: Path, set_vocab=None, pre=None, vocab_only=False) -> None:
    from conversion import ModelBase, ModelType, get_model_architecture, get_model_class

    hparams = ModelBase.load_hparams(folder, is_mistral_format=False)
    cls = get_model_class(get_model_architecture(hparams, ModelType.TEXT))
    overrides = {"set_vocab": set_vocab} if set_vocab else {}
    if pre:
        overrides["get_vocab_base_pre"] = lambda self, tokenizer: pre
    cls = type(cls.__name__, (cls,), {"model_arch": cls.model_arch, **overrides})
    model = cls(folder, gguf.LlamaFileType.ALL_F32, out, eager=True)
    model.write_vocab() if vocab_only else model.write()


TEXTS = [
    "The capital of France is", "", " ", "  two  spaces ", "tab\tnew\n\nline\r\n end", "it's WE'LL I'm they'RE",
    "1234567890 3.14", "naïve café ÅÇ ﬁ", "日本語のテキスト。한국어", "👩‍👩‍👧 🇫🇷 ok", "a" * 60, "!!!??...--- $%^",
    "<|a|>hello<|b|> x <tool>y", "\u0000\u0007 control", "Ünïcödé \u00a0nbsp", "def f(x):\n    return x**2",
    "[CLS] [MASK]ing Unaffable words", "▁under ▁score", "tHe QuIcK", "x" + " " * 9 + "y",
]  # fmt: skip


def byte_level(split, special: list[str], plain: list[str], **model):
    """A small byte-level BPE trained on TEXTS, split as `split` says."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE(**model))
    tokenizer.pre_tokenizer = split
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=320, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    tokenizer.train_from_iterator(TEXTS * 3 + ["the is of in 12 345 678 " * 5], trainer)
    tokenizer.add_tokens([AddedToken(text, normalized=False) for text in plain])
    return tokenizer


def tokenizers() -> None:
    from tokenizers import Regex, normalizers, pre_tokenizers
    from tokenizers.processors import TemplateProcessing

    (OUT / "tokenizers").mkdir(exist_ok=True)
    record = {"texts": TEXTS, "ids": {}}
    plain_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    bare_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    split = lambda digits: pre_tokenizers.Split(  # noqa: E731
        Regex(
            r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}" + digits + r"| ?[^\s\p{L}\p{N}]+[\r\n]*"
            r"|\s*[\r\n]+|\s+(?!\S)|\s+"
        ),
        behavior="isolated",
    )
    sequences = {
        "gpt-2": plain_level,
        "smollm": pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), plain_level]),
        "llama-bpe": pre_tokenizers.Sequence([split("{1,3}"), bare_level]),
        "qwen2": pre_tokenizers.Sequence([split(""), bare_level]),
    }
    for pre, sequence in sequences.items():
        special = ["<|a|>", "<|b|>"]
        tokenizer = byte_level(sequence, special, ["<tool>"], ignore_merges=pre == "llama-bpe")
        if pre == "qwen2":
            tokenizer.normalizer = normalizers.NFC()
        if pre == "llama-bpe":
            tokenizer.post_processor = TemplateProcessing(single="<|a|> $A", special_tokens=[("<|a|>", 0)])
        with named_folder(pre) as folder:
            fast = transformers.PreTrainedTokenizerFast(
                tokenizer_object=tokenizer, bos_token="<|a|>", eos_token="<|b|>", pad_token="<|b|>"
            )
            fast.chat_template = "{{ messages[0]['content'] }}"
            fast.save_pretrained(folder)
            config = transformers.LlamaConfig(**{**DECODER, "vocab_size": len(fast)})
            config.architectures = ["LlamaForCausalLM"]
            config.save_pretrained(folder)
            convert(folder, OUT / f"tokenizers/{pre}.gguf", lambda m: m._set_vocab_gpt2(), pre, vocab_only=True)
        record["ids"][pre] = [tokenizer.encode(text).ids for text in TEXTS]
    sentencepiece(record, "spm", prefix_space=True)
    sentencepiece(record, "spm-no-prefix", prefix_space=False)
    word_piece(record)
    (OUT / "tokenizers.json").write_text(json.dumps(record) + "\n")


def sentencepiece(record: dict, name: str, prefix_space: bool) -> None:
    import sentencepiece as spm

    with named_folder(name) as folder:
        text = folder / "text"
        ascii_texts = [t for t in TEXTS if t.strip() and t.isascii() and "\0" not in t]  # the others need byte fallback
        text.write_text("\n".join(" ".join(t.split()) for t in ascii_texts) + "\nthe is of in under score\n" * 9)
        spm.SentencePieceTrainer.train(
            input=str(text), model_prefix=f"{folder}/tokenizer", vocab_size=400, model_type="bpe", byte_fallback=True,
            character_coverage=1.0, normalization_rule_name="identity", remove_extra_whitespaces=False,
            add_dummy_prefix=prefix_space, user_defined_symbols=["<tool>"], control_symbols=["<|a|>"],
            hard_vocab_limit=False, minloglevel=2, num_threads=1,
        )  # fmt: skip
        processor = spm.SentencePieceProcessor(model_file=f"{folder}/tokenizer.model")
        config = transformers.LlamaConfig(**{**DECODER, "vocab_size": len(processor)})
        config.architectures = ["LlamaForCausalLM"]
        config.save_pretrained(folder)
        tool = {"content": "<tool>", "special": False}
        added = {str(processor.piece_to_id("<tool>")): tool}
        (folder / "tokenizer_config.json").write_text(
            json.dumps({"add_prefix_space": prefix_space, "add_bos_token": True, "added_tokens_decoder": added})
        )
        convert(folder, OUT / f"tokenizers/{name}.gguf", vocab_only=True)
        # Llama's tokenizers and llama.cpp cut out special tokens first; each part that is left gets the prefix.
        parts = lambda text: [part for part in re.split(r"(<\|a\|>|<tool>)", text) if part]  # noqa: E731
        ids = lambda part: [processor.piece_to_id(part)] if part in ("<|a|>", "<tool>") else processor.encode(part)  # noqa: E731
        record["ids"][name] = [[processor.bos_id(), *(i for part in parts(text) for i in ids(part))] for text in TEXTS]


def word_piece(record: dict) -> None:
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijklmnopqrstuvwxyz0123456789!?.-$%^,'[]<>|",
             "##a", "##b", "##ing", "##able", "##s", "##e", "##k", "the", "capital", "of", "france", "is", "un", "##aff",
             "words", "two", "space", "日", "本", "naive", "cafe", "▁", "tab", "new", "line", "end"]  # fmt: skip
    with named_folder("bert") as folder:
        (folder / "vocab.txt").write_text("\n".join(words) + "\n")
        fast = transformers.BertTokenizerFast(vocab=str(folder / "vocab.txt"))
        fast.save_pretrained(folder)
        config = transformers.BertConfig(vocab_size=len(words), hidden_size=16, num_attention_heads=4, num_hidden_layers=1)
        config.architectures = ["BertModel"]
        config.save_pretrained(folder)
        convert(folder, OUT / "tokenizers/bert.gguf", pre="jina-v2-en", vocab_only=True)
        assert len(fast) == len(words)
        record["ids"]["bert"] = [fast(text)["input_ids"] for text in TEXTS]


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    types()
    families()
    tokenizers()
