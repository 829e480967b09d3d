import { expect, test } from "vitest";
import { median, mediansOfOthers } from "../../src/statistics/averages.ts";

test.each([
  ["an even count", [3, 1, 2, 10]],
  ["an odd count", [5, 1, 4, 2, 3]],
  ["equal values", [2, 2, 1, 2, 1]],
  ["two values", [7, -1]],
])("medians of the others leave each value out: %s", (_, values) => {
  expect(mediansOfOthers(values)).toEqual(values.map((_, i) => median(values.toSpliced(i, 1))));
});
