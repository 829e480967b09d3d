import { describe, expect, test } from "vitest";
import { type AddedToken, sectionsBy } from "../../src/tokenizer/added-tokens.ts";

const token = (id: number, content: string, flags: Partial<AddedToken> = {}): AddedToken => ({
  id,
  content,
  special: true,
  normalized: false,
  lstrip: false,
  rstrip: false,
  singleWord: false,
  ...flags,
});
const cut = (tokens: AddedToken[]) => sectionsBy(tokens, ({ content }) => content);

describe("sectionsBy", () => {
  test("takes the longest token at a place, and the place that comes first", () => {
    const sections = cut([token(1, "<a>"), token(2, "<a><b>"), token(3, "><c>")]);
    expect(sections("x<a><b>y<a><c>")).toEqual([
      { text: "x" },
      { id: 2 },
      { text: "y" },
      { id: 1 },
      { text: "<c>" },
    ]);
  });
  test("a token that strips takes every kind of white space along, up to the token before", () => {
    const sections = cut([token(1, "<m>", { lstrip: true }), token(2, "<e>", { rstrip: true })]);
    expect(sections("a \u0085\u3000<m> <m>b")).toEqual([{ text: "a" }, { id: 1 }, { id: 1 }, { text: "b" }]);
    expect(sections("<e> \n\t<m>")).toEqual([{ id: 2 }, { id: 1 }]);
    expect(sections("\ufeff<m>")).toEqual([{ text: "\ufeff" }, { id: 1 }]); // no white space to Unicode
  });
  test("a single word is found where no letter, mark or digit touches it", () => {
    const sections = cut([token(1, "<w>", { singleWord: true })]);
    expect(sections("-<w>-")).toEqual([{ text: "-" }, { id: 1 }, { text: "-" }]);
    for (const text of ["a<w>", "<w>1", "<w>\u0301", "𠀀<w>", "_<w>"]) {
      expect(sections(text)).toEqual([{ text }]);
    }
  });
  test("no tokens leave the text whole, and an empty text gives nothing", () => {
    expect(cut([])("a b")).toEqual([{ text: "a b" }]);
    expect(cut([])("")).toEqual([]);
    expect(cut([token(1, "")])("ab")).toEqual([{ text: "ab" }]);
  });
});
