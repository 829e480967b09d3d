import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadEncoder } from "../scripts/token-stream.ts";
import { toTokenizerJson } from "../scripts/tokenizer/tokenizer-json.ts";
import { END_OF_TEXT, PADDING, tokenizerConfig, trainTokenizer } from "../scripts/train-tokenizer.ts";
import { modelFolder, spamAssassin } from "../src/index.ts";

const jsonOf = (name: string) => JSON.parse(readFileSync(join(modelFolder, name), "utf8"));
const tokenizer = new Tokenizer(jsonOf("tokenizer.json"), jsonOf("tokenizer_config.json"));
const encode = loadEncoder();

const AWKWARD = [
  " ",
  "emoji 😀 👩‍👩‍👧‍👦 🇮🇪, a lone mark \u0301",
  "日本語のテキスト 한국어 中文 עברית العربية",
  "\u0000\u0001\u0007\u001b[31m\u007f\u0085\u00ad",
  "tabs\t\tand   spaces \n\n\n and \r\n line ends   ",
  "IT'S We'Ll ſ'ſ don't ''''",
  "\u00a0no-break\u2003em\u2028line\u3000wide\ufeff",
  `${"a".repeat(3000)}${"-".repeat(3000)}${" ".repeat(3000)}${"0".repeat(300)}`,
  "price: $1,234,567.89 (50% off!!!) http://x.y/?a=1&b=%20",
];

describe("the shipped tokenizer", () => {
  test("is what training gives again", () => {
    expect(jsonOf("tokenizer.json")).toEqual(JSON.parse(JSON.stringify(toTokenizerJson(trainTokenizer()))));
    expect(jsonOf("tokenizer_config.json")).toEqual(tokenizerConfig);
  });

  test("has 4,096 tokens with the special ones at 0 and 1, and reads them in a text", () => {
    const { vocab } = jsonOf("tokenizer.json").model;
    expect(Object.values(vocab).sort((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 4096 }, (_, i) => i),
    );
    expect([vocab[END_OF_TEXT.token], vocab[PADDING.token]]).toEqual([0, 1]);
    const { ids } = tokenizer.encode(`a${END_OF_TEXT.token}b`);
    expect(ids[1]).toBe(0);
    expect(tokenizer.decode(ids, { skip_special_tokens: true })).toBe("ab");
  });

  test("adds nothing of its own before or after a text", () => {
    expect(tokenizer.encode("the").ids).toEqual(encode("the"));
    expect(encode("the")).toHaveLength(1);
    expect([tokenizer.encode("").ids, encode("")]).toEqual([[], []]);
  });

  test.each(AWKWARD)("gives our ids and decodes to the same text: %j", (text) => {
    expect(tokenizer.encode(text).ids).toEqual(encode(text));
    expect(tokenizer.decode(encode(text))).toBe(text);
  });

  test("gives our ids on e-mails it was not trained on", () => {
    for (const { text } of spamAssassin().test.filter((_, i) => i % 5 === 0)) {
      expect(tokenizer.encode(text).ids).toEqual(encode(text));
      expect(tokenizer.decode(encode(text))).toBe(text);
    }
  });

  test("decodes whatever it encodes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 60 }), (text) => {
        expect(tokenizer.decode(encode(text))).toBe(text);
        expect(tokenizer.encode(text).ids).toEqual(encode(text));
      }),
      { numRuns: 300, seed: 7 },
    );
  });
});
