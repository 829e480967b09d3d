import { describe, expect, test } from "vitest";
import { cleanStrings, cleanText, LONGEST_TEXT } from "../src/clean-text.ts";

describe("cleanText", () => {
  test("removes a right-to-left override that would display a name backwards", () => {
    expect(cleanText("rank \u202e61\u202c")).toBe("rank 61");
  });
  test.each([
    ["escape", "a\u001b[31mb", "a[31mb"],
    ["null", "a\u0000b", "ab"],
    ["C1 control", "a\u0085b", "ab"],
    ["isolate", "a\u2066b\u2069", "ab"],
    ["zero-width space", "a\u200bb", "ab"],
    ["byte-order mark", "\ufeffab", "ab"],
    ["tag character", "a\u{e0041}b", "ab"],
    ["lone surrogate", "a\ud800b", "ab"],
  ])("removes a character that does not show: %s", (_, text, cleaned) => {
    expect(cleanText(text)).toBe(cleaned);
  });
  test("makes one line of many", () => {
    expect(cleanText(" two\r\n\tlines\u2028and more ")).toBe("two lines and more");
  });
  test("keeps letters, emoji and joiners that scripts need", () => {
    const text = "Größe 大 می‌خواهم 👩‍💻 <b>";
    expect(cleanText(text)).toBe(text);
  });
  test("cuts what is too long at a whole character", () => {
    const cut = [...cleanText("😀".repeat(LONGEST_TEXT + 5))];
    expect([cut.length, cut.at(-2), cut.at(-1)]).toEqual([LONGEST_TEXT + 1, "😀", "…"]);
  });
  test("says that it cut a text whose beginning does not show", () => {
    expect(cleanText(`${"\u200b".repeat(5 * LONGEST_TEXT)}a`)).toBe("…");
  });
});

describe("cleanStrings", () => {
  test("cleans at any depth and leaves numbers, booleans and null as they are", () => {
    expect(cleanStrings({ a: ["x\u0007", { b: "y\u202e" }], c: 1.5, d: null, e: true, f: [1, 2] })).toEqual({
      a: ["x", { b: "y" }],
      c: 1.5,
      d: null,
      e: true,
      f: [1, 2],
    });
  });
});
