import { expect, test } from "vitest";
import { tokenizeTextRows } from "../../src/data/tokenize-classification.ts";
import { tokenizerAt, tokenizerFixture } from "../tokenizer/fixtures.ts";

const tokenizer = tokenizerAt(tokenizerFixture("llama3"));

test("has the tokens before the cut, of those alone that are cut", () => {
  const texts = [4, 5, 6, 700, 5000].map((count) => ({
    id: `${count}`,
    label: "a",
    text: Array.from({ length: count }, () => "the").join(" "),
  }));
  const lengths = texts.map(({ text }) => tokenizer.encode(text, 100_000).length);
  const rows = { labels: ["a"], tokenizer, maxLength: lengths[1]! };
  expect(tokenizeTextRows(texts, rows).long).toEqual([lengths[2], lengths[3], 1025]);
});
