import { describe, expect, test } from "vitest";
import { cutsAtSpaces } from "../../src/tokenizer/tokenizer.ts";

const bytes = { type: "ByteLevel", add_prefix_space: false, use_regex: true };
const llama3 =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const NONE = { preTokenizer: null, normalizer: null, addedTokens: [] };
const ADDED = {
  id: 1,
  content: "end of text",
  special: true,
  normalized: false,
  lstrip: false,
  rstrip: false,
  singleWord: false,
};
const sequence = (...pretokenizers: object[]) => ({ type: "Sequence", pretokenizers });

describe("cutsAtSpaces", () => {
  test.each([
    ["GPT-2", { preTokenizer: bytes, normalizer: null }],
    ["BERT", { preTokenizer: { type: "BertPreTokenizer" }, normalizer: { type: "BertNormalizer" } }],
    ["SmolLM", { preTokenizer: sequence({ type: "Digits", individual_digits: true }, bytes) }],
    ["SmolLM in a GGUF", { preTokenizer: sequence({ type: "Split", pattern: { Regex: "\\p{N}" } }, bytes) }],
    [
      "Llama 3",
      {
        preTokenizer: sequence({ type: "Split", pattern: { Regex: llama3 } }, { ...bytes, use_regex: false }),
      },
    ],
    [
      "nested normalisers",
      {
        preTokenizer: bytes,
        normalizer: {
          type: "Sequence",
          normalizers: [{ type: "NFC" }, { type: "Sequence", normalizers: [{ type: "Lowercase" }] }],
        },
      },
    ],
  ])("allows a cut for the tokenizer of %s", (_, tokenizer) => {
    expect(cutsAtSpaces({ ...NONE, ...tokenizer })).toBe(true);
  });
  test.each([
    ["SentencePiece without pre-tokeniser", { preTokenizer: null }],
    ["Metaspace", { preTokenizer: { type: "Metaspace", split: false } }],
    ["bytes without words", { preTokenizer: { ...bytes, use_regex: false } }],
    ["an unknown pattern", { preTokenizer: { type: "Split", pattern: { Regex: "[^\\n]+" } } }],
    ["a plain string as pattern", { preTokenizer: { type: "Split", pattern: { String: "x" } } }],
    ["an unknown normaliser", { preTokenizer: bytes, normalizer: { type: "Replace" } }],
    ["an added token with a space", { preTokenizer: bytes, addedTokens: [ADDED] }],
  ])("forbids it for %s", (_, tokenizer) => {
    expect(cutsAtSpaces({ ...NONE, ...tokenizer })).toBe(false);
  });
});
