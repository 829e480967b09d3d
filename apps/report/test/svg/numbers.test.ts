import { describe, expect, test } from "vitest";
import { paddedExtent, px, quantile } from "../../src/svg/numbers.ts";

describe("paddedExtent", () => {
  test("widens by a share of the distance and ignores what is not finite", () => {
    expect(paddedExtent([2, Number.NaN, 4, Number.POSITIVE_INFINITY], 0.1)).toEqual([1.8, 4.2]);
  });
  test("of equal values is not empty, or a scale would divide by zero", () => {
    for (const value of [0, 0.94]) {
      const [lo, hi] = paddedExtent([value, value], 0.1);
      expect(lo).toBeLessThan(value);
      expect(hi).toBeGreaterThan(value);
    }
  });
  test("of nothing is the unit interval", () => {
    expect(paddedExtent([], 0.1)).toEqual([0, 1]);
  });
});

test("a coordinate keeps one decimal", () => {
  expect([px(1.26), px(1), px(-0.04)]).toEqual([1.3, 1, -0]);
});

test("a quantile is a value of the data", () => {
  expect(quantile([5, 1, 4, 2, 3], 0.5)).toBe(3);
  expect(quantile([1, 2], 1)).toBe(2);
  expect(quantile([], 0.5)).toBe(0);
});
