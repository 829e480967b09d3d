import { describe, expect, test } from "vitest";
import { cutsAtSpaces } from "../../src/tokenizer/cut.ts";

const bytes = { type: "ByteLevel", add_prefix_space: false, use_regex: true };
const llama3 =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const sequence = (...pretokenizers: object[]) => ({ type: "Sequence", pretokenizers });

describe("cutsAtSpaces", () => {
  test.each([
    ["GPT-2", { pre_tokenizer: bytes, normalizer: null }],
    ["BERT", { pre_tokenizer: { type: "BertPreTokenizer" }, normalizer: { type: "BertNormalizer" } }],
    ["SmolLM", { pre_tokenizer: sequence({ type: "Digits", individual_digits: true }, bytes) }],
    [
      "Llama 3",
      {
        pre_tokenizer: sequence(
          { type: "Split", pattern: { Regex: llama3 } },
          { ...bytes, use_regex: false },
        ),
      },
    ],
    [
      "nested normalisers",
      {
        pre_tokenizer: bytes,
        normalizer: {
          type: "Sequence",
          normalizers: [{ type: "NFC" }, { type: "Sequence", normalizers: [{ type: "Lowercase" }] }],
        },
      },
    ],
  ])("allows a cut for the tokenizer of %s", (_, tokenizer) => {
    expect(cutsAtSpaces({ added_tokens: [], ...tokenizer })).toBe(true);
  });
  test.each([
    ["SentencePiece without pre-tokeniser", { pre_tokenizer: null }],
    ["Metaspace", { pre_tokenizer: { type: "Metaspace", split: false } }],
    ["bytes without words", { pre_tokenizer: { ...bytes, use_regex: false } }],
    ["an unknown pattern", { pre_tokenizer: { type: "Split", pattern: { Regex: "[^\\n]+" } } }],
    ["a plain string as pattern", { pre_tokenizer: { type: "Split", pattern: { String: "x" } } }],
    ["an unknown normaliser", { pre_tokenizer: bytes, normalizer: { type: "Replace" } }],
    ["an added token with a space", { pre_tokenizer: bytes, added_tokens: [{ content: "end of text" }] }],
  ])("forbids it for %s", (_, tokenizer) => {
    expect(cutsAtSpaces(tokenizer)).toBe(false);
  });
});
