import { readFileSync } from "node:fs";
import { Tokenizer } from "@huggingface/tokenizers";
import { describe, expect, test } from "vitest";
import { modelAt } from "../../../src/files/model-folder.ts";
import { modelTokenizer } from "../../../src/model/tokenizer.ts";
import { caught } from "../../helpers/caught.ts";
import { fixture } from "../../helpers/fixture.ts";
import { bool, float32s, ggufFile, int32s, type RawValue, text, texts, u32 } from "../../helpers/raw-gguf.ts";

// Vocabularies by llama.cpp's converter, ids by tokenizers 0.23, sentencepiece 0.2 and transformers 5.24.
const EXPECTED: { texts: readonly string[]; ids: Readonly<Record<string, readonly number[][]>> } = JSON.parse(
  readFileSync(fixture("gguf/tokenizers.json"), "utf8"),
);

/** A vocabulary with changes; an undefined one removes. */
function vocabulary(metadata: Readonly<Record<string, RawValue | undefined>>): string {
  const entries = Object.entries(metadata).filter(
    (entry): entry is [string, RawValue] => entry[1] !== undefined,
  );
  return ggufFile({ metadata: entries });
}

const byteLevel = {
  "tokenizer.ggml.model": text("gpt2"),
  "tokenizer.ggml.pre": text("gpt-2"),
  "tokenizer.ggml.tokens": texts(["a", "b", "ab", "<s>", "[PAD4]", "__proto__"]),
  "tokenizer.ggml.token_type": int32s([1, 1, 1, 3, 5, 4]),
  "tokenizer.ggml.merges": texts(["a b"]),
};

const sentencePiece = {
  "tokenizer.ggml.model": text("llama"),
  "tokenizer.ggml.tokens": texts(["<unk>", "<s>", "</s>", "▁", "a", "▁a", "  ", "▁▁"]),
  "tokenizer.ggml.token_type": int32s([2, 3, 3, 1, 1, 1, 4, 5]),
  "tokenizer.ggml.scores": float32s([0, 0, 0, -2, -3, -1, 0, 0]),
  "tokenizer.ggml.bos_token_id": u32(1),
  "tokenizer.ggml.eos_token_id": u32(2),
};

function encode(path: string, ...inputs: string[]): number[][] {
  const { tokenizer, config } = modelTokenizer(modelAt(path));
  const built = new Tokenizer(tokenizer as never, config as never);
  return inputs.map((input) => built.encode(input).ids);
}

function refusal(metadata: Readonly<Record<string, RawValue | undefined>>): string {
  const path = vocabulary(metadata);
  const error = caught(() => modelTokenizer(modelAt(path)));
  expect(error.code).toBe("E_TOKENIZER");
  return error.message.replace(path, "F");
}

describe("readModelTokenizer of a GGUF", () => {
  test.each(Object.keys(EXPECTED.ids))("gives the ids of the Python tokenizer for %s", (kind) => {
    expect(EXPECTED.ids[kind]).toHaveLength(20);
    expect(encode(fixture(`gguf/tokenizers/${kind}.gguf`), ...EXPECTED.texts)).toEqual(EXPECTED.ids[kind]);
  });

  test("gives the chat template, and null without one", () => {
    const path = fixture("gguf/tokenizers/gpt-2.gguf");
    expect(modelTokenizer(modelAt(path))).toMatchObject({
      chatTemplate: "{{ messages[0]['content'] }}",
      source: path,
    });
    expect(modelTokenizer(modelAt(fixture("gguf/tokenizers/spm.gguf"))).chatTemplate).toBeNull();
  });

  test("takes every token for normal where the file has no types", () => {
    const path = vocabulary({ ...byteLevel, "tokenizer.ggml.token_type": undefined });
    expect(modelTokenizer(modelAt(path)).tokenizer).toMatchObject({ added_tokens: [] });
    expect(encode(path, "ab")).toEqual([[2]]);
  });

  test("names special tokens by their texts", () => {
    expect(modelTokenizer(modelAt(fixture("gguf/tokenizers/bert.gguf"))).config).toEqual({
      tokenizer_class: "PreTrainedTokenizerFast",
      bos_token: "[CLS]",
      eos_token: "[SEP]",
      unk_token: "[UNK]",
      pad_token: "[PAD]",
      sep_token: "[SEP]",
      cls_token: "[CLS]",
      mask_token: "[MASK]",
      model_max_length: 512,
      clean_up_tokenization_spaces: true,
    });
  });

  test("undoes WordPiece's marks: words lose theirs, the others get ## back", () => {
    const { model } = modelTokenizer(modelAt(fixture("gguf/tokenizers/bert.gguf"))).tokenizer;
    const { vocab } = model as { vocab: Record<string, number> };
    expect(Object.keys(vocab)).toEqual(expect.arrayContaining(["[CLS]", "the", "##ing", "▁"]));
  });

  test("lets no text become an unused token, and a token may be called __proto__", () => {
    const path = vocabulary(byteLevel);
    const { vocab } = modelTokenizer(modelAt(path)).tokenizer.model as { vocab: Record<string, number> };
    expect(Object.entries(vocab)).toEqual([
      ["a", 0],
      ["b", 1],
      ["ab", 2],
      ["<s>", 3],
      ["__proto__", 5],
    ]);
    expect(encode(path, "ab<s>b", "__proto__a")).toEqual([
      [2, 3, 1],
      [5, 0],
    ]);
  });

  test("adds begin and end tokens where the file says so, and for SentencePiece without being told", () => {
    const ends = { "tokenizer.ggml.bos_token_id": u32(3), "tokenizer.ggml.eos_token_id": u32(3) };
    const both = { "tokenizer.ggml.add_bos_token": bool(1), "tokenizer.ggml.add_eos_token": bool(1) };
    expect(encode(vocabulary({ ...byteLevel, ...ends }), "ab")).toEqual([[2]]);
    expect(encode(vocabulary({ ...byteLevel, ...ends, ...both }), "ab")).toEqual([[3, 2, 3]]);
    expect(encode(vocabulary(sentencePiece), "a")).toEqual([[1, 5]]);
    expect(encode(vocabulary({ ...sentencePiece, "tokenizer.ggml.add_bos_token": bool(0) }), "a")).toEqual([
      [5],
    ]);
    // Llama 3's files from before the flag: its pre-tokenizer means it
    expect(
      encode(vocabulary({ ...byteLevel, ...ends, "tokenizer.ggml.pre": text("llama-bpe") }), "a"),
    ).toEqual([[3, 0]]);
  });

  test("orders SentencePiece's merges by score, and Gemma's by place", () => {
    const tokens = {
      "tokenizer.ggml.model": text("llama"),
      "tokenizer.ggml.tokens": texts(["<unk>", "a", "b", "c", "ab", "bc"]),
      "tokenizer.ggml.token_type": int32s([2, 1, 1, 1, 1, 1]),
      "tokenizer.ggml.scores": float32s([0, -3, -4, -5, -2, -1]),
      "tokenizer.ggml.add_space_prefix": bool(0),
    };
    expect(encode(vocabulary(tokens), "abc")).toEqual([[1, 5]]);
    expect(encode(vocabulary({ "general.architecture": text("gemma2"), ...tokens }), "abc")).toEqual([
      [4, 3],
    ]);
  });

  test("of SentencePiece's merges with equal scores the one with the longer left part comes first", () => {
    const tokens = {
      "tokenizer.ggml.model": text("llama"),
      "tokenizer.ggml.tokens": texts(["<unk>", "a", "b", "c", "d", "cd", "ab", "abc"]),
      "tokenizer.ggml.token_type": int32s([2, 1, 1, 1, 1, 1, 1, 1]),
      "tokenizer.ggml.scores": float32s([0, -9, -9, -9, -9, -2, -1, -2]),
      "tokenizer.ggml.add_space_prefix": bool(0),
    };
    expect(encode(vocabulary(tokens), "abcd")).toEqual([[7, 4]]);
  });

  test("spells Gemma's tokens of spaces as its tokenizer does", () => {
    const gemma = { "general.architecture": text("gemma3"), ...sentencePiece };
    const { tokenizer } = modelTokenizer(modelAt(vocabulary(gemma)));
    expect((tokenizer.model as { vocab: Record<string, number> }).vocab["▁▁"]).toBe(6);
    expect((tokenizer.added_tokens as { content: string }[]).map(({ content }) => content)).not.toContain(
      "  ",
    );
  });

  test("cuts as llama.cpp does where a file names no pre-tokenizer: punctuation alone, digits by three", () => {
    const { "tokenizer.ggml.pre": _, ...unnamed } = byteLevel;
    const path = vocabulary({
      ...unnamed,
      "tokenizer.ggml.tokens": texts(["1", "2", "11", "111", "1111", "!", "a", "!a"]),
      "tokenizer.ggml.token_type": int32s([1, 1, 1, 1, 1, 1, 1, 1]),
      "tokenizer.ggml.merges": texts(["1 1", "11 1", "111 1", "! a"]),
    });
    expect(encode(path, "1111", "!a")).toEqual([
      [3, 0],
      [5, 6],
    ]);
  });

  test.each<[what: string, metadata: Readonly<Record<string, RawValue | undefined>>, message: string]>([
    ["no tokenizer", {}, 'F: metadata "tokenizer.ggml.model" must be a string, got no such key'],
    [
      "another kind",
      { "tokenizer.ggml.model": text("rwkv") },
      'F: "tokenizer.ggml.model" must be one of gpt2, llama, bert, got "rwkv"',
    ],
    [
      "another pre-tokenizer",
      { ...byteLevel, "tokenizer.ggml.pre": text("bloom") },
      'F: "tokenizer.ggml.pre" must be one of default, gpt-2, phi-2, smollm, starcoder, refact, llama-bpe, llama3, ' +
        'llama-v3, falcon3, dbrx, smaug-bpe, qwen2, deepseek-r1-qwen, tekken, gpt-4o, got "bloom"',
    ],
    [
      "no tokens and no merges",
      { "tokenizer.ggml.model": text("gpt2"), "tokenizer.ggml.tokens": u32(3) },
      'F: metadata "tokenizer.ggml.tokens" must be an array of strings, got 3',
    ],
    [
      "no merges",
      { ...byteLevel, "tokenizer.ggml.merges": undefined },
      'F: metadata "tokenizer.ggml.merges" must be an array of strings, got no such key',
    ],
    [
      "a merge of one token",
      { ...byteLevel, "tokenizer.ggml.merges": texts(["a b", "ab"]) },
      'F: element 1 of "tokenizer.ggml.merges" must be two tokens, got "ab"',
    ],
    [
      "types of other tokens",
      { ...byteLevel, "tokenizer.ggml.token_type": int32s([1, 1]) },
      'F: metadata "tokenizer.ggml.token_type" must be an array of 6 numbers, got an array of 2',
    ],
    [
      "scores of other tokens",
      { ...sentencePiece, "tokenizer.ggml.scores": undefined },
      'F: metadata "tokenizer.ggml.scores" must be an array of 8 numbers, got no such key',
    ],
    [
      "an id of no token",
      { ...byteLevel, "tokenizer.ggml.eos_token_id": u32(6) },
      'F: metadata "tokenizer.ggml.eos_token_id" must be an id below 6, the number of tokens, got 6',
    ],
    [
      "a begin token that is to be added but is none",
      { ...byteLevel, "tokenizer.ggml.add_bos_token": bool(1) },
      'F: "tokenizer.ggml.bos_token_id" must be there where "tokenizer.ggml.add_bos_token" is true, got no such key',
    ],
  ])("refuses %s in one sentence", (_, metadata, message) => {
    expect(refusal(metadata)).toBe(message);
  });
});
