import { expect, test } from "vitest";
import { counted, cutText, firstOf, kebabCase, listInWords, wholeNumber } from "../src/text.ts";

test("digits stand in groups of three", () => {
  expect([0, 999, 1000, 1_234_567].map(wholeNumber)).toEqual(["0", "999", "1,000", "1,234,567"]);
  const others = [-999, -1000, 123_456, 2 ** 53 - 1, 2 ** 60, 1e21, 1234.5678, 0.5];
  expect(others.map(wholeNumber)).toEqual(others.map((value) => value.toLocaleString("en-US")));
});

test("a noun takes an s from 0 and 2 on", () => {
  expect([0, 1, 1200].map((count) => counted(count, "seed"))).toEqual(["0 seeds", "1 seed", "1,200 seeds"]);
});

test("in kebab case each capital is a hyphen and a small letter", () => {
  expect(["rank", "learningRate", "keepInFloat32"].map(kebabCase)).toEqual([
    "rank",
    "learning-rate",
    "keep-in-float32",
  ]);
});

test("a list ends in its joint", () => {
  expect([listInWords([]), listInWords([4]), listInWords([4, 8])]).toEqual(["", "4", "4 and 8"]);
  expect(listInWords(["csv", "jsonl", "parquet"], "or")).toBe("csv, jsonl or parquet");
});

test("of a long list the first items stand, and the others are counted", () => {
  const items = ["a", "b", "c"];
  expect([firstOf(items, 3), firstOf(items, 2), firstOf([], 2)]).toEqual(["a, b, c", "a, b and 1 more", ""]);
  expect(firstOf(items, 1, "\n")).toBe("a\nand 2 more");
  expect(firstOf(items, 2, "; ", " ")).toBe("a; b and 1 more");
});

test("a text is cut and marked beyond the most units", () => {
  expect([cutText("abc", 3), cutText("abcd", 3)]).toEqual(["abc", "abc…"]);
});
