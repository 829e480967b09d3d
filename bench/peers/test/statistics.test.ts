import { describe, expect, test } from "vitest";
import { median, pairRatio } from "../driver/statistics.ts";

describe("median", () => {
  test("is the middle value, by size and not by digits", () => {
    expect(median([100, 9, 20])).toBe(20);
  });
  test("of an even number is the mean of the middle two", () => {
    expect(median([1, 2, 4, 100])).toBe(3);
  });
});

describe("pairRatio", () => {
  test("compares round by round: a slow round slows both and leaves the ratio alone", () => {
    // the medians of the sides are both 4 and would say 1
    expect(pairRatio([1, 10, 4], [2, 20, 4])).toEqual({ median: 0.5, least: 0.5, most: 1 });
  });
  test("refuses sides with different numbers of rounds", () => {
    expect(() => pairRatio([1], [1, 2])).toThrow("got 1 and 2");
  });
});
