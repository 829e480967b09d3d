import { describe, expect, test } from "vitest";
import { ALPHABET, BYTE_CHARS, pretokenize } from "../../scripts/tokenizer/byte-level.ts";

describe("the byte alphabet", () => {
  test("has GPT-2's characters", () => {
    expect([32, 10, 0, 127, 173, 65, 255].map((byte) => BYTE_CHARS[byte])).toEqual([
      "Ġ",
      "Ċ",
      "Ā",
      "ġ",
      "Ń",
      "A",
      "ÿ",
    ]);
    expect(new Set(BYTE_CHARS).size).toBe(256);
  });

  test("is numbered as GPT-2's vocabulary: ! first, Ń (byte 173) last", () => {
    expect([ALPHABET[0], ALPHABET[255]]).toEqual([33, 173]);
  });
});

describe("pretokenize", () => {
  test.each([
    ["Hello  world", ["Hello", " ", " world"]],
    ["it's we'll", ["it", "'s", " we", "'ll"]],
    ["a\n\nb \n", ["a", "\n", "\n", "b", " \n"]],
    ["$1,234.50!!", ["$", "1", ",", "234", ".", "50", "!!"]],
    ["naïve 日本", ["naïve", " 日本"]],
    ["", []],
  ])("splits %j", (text, pieces) => {
    expect(pretokenize(text)).toEqual(pieces);
  });

  test("loses nothing", () => {
    const text = "\u0000 a\t\tb\u00a0\u2028'S '' \ud83d\ude00 x ";
    expect(pretokenize(text).join("")).toBe(text);
  });
});
