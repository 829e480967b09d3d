import { expect, test } from "vitest";
import { length, tokenCount } from "../../src/flags/kinds.ts";

test.each([
  ["8192", 8192],
  ["8k", 8192],
  ["32K", 32_768],
  ["128k", 131_072],
  ["1.5k", 1536],
])("%s is %i tokens", (text, tokens) => {
  expect(length.parse(length.fromText(text))).toBe(tokens);
});

test("is a number in a file too", () => {
  expect(length.parse(8192)).toBe(8192);
  expect(length.parse("8k")).toBe(8192);
});

test.each(["0k", "k", "8kk", "-8k", "8 k", "8m", "1.0001k", "0"])("%j is no length", (text) => {
  expect(length.parse(length.fromText(text))).toBeUndefined();
});

test.each([
  ["2000000", 2e6],
  ["500k", 5e5],
  ["2M", 2e6],
  ["1.5b", 1.5e9],
])("%s are %i tokens of a data set", (text, tokens) => {
  expect(tokenCount.parse(tokenCount.fromText(text))).toBe(tokens);
});

test.each(["0M", "M", "2MB", "-2M", "1.5"])("%j is no number of tokens", (text) => {
  expect(tokenCount.parse(tokenCount.fromText(text))).toBeUndefined();
});
