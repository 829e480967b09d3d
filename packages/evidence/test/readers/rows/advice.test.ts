import { expect, test } from "vitest";
import { word } from "../../../src/readers/read-outcomes.ts";
import { scaleAdvice } from "../../../src/readers/scores/units.ts";

test.each([
  [0.9, undefined],
  [1, undefined],
  [4.2, "Ratings from 1 to 5 are divided by 5."],
  [7.5, "Ratings from 1 to 10 are divided by 10."],
  [84, "A percentage is written with its sign (84%), or divided by 100."],
  [101, undefined],
])("scores up to %s", (most, advice) => {
  expect(scaleAdvice(most)).toBe(advice);
});

test.each([
  ["yes", true],
  ["Paris", true],
  ["Nan", false],
  ["n/a", false],
  ["none", false],
  ["0.5", false],
])("%s is a word: %s", (text, isWord) => {
  expect(word.test(text)).toBe(isWord);
});
