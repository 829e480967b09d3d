import { describe, expect, test } from "vitest";
import { jointNormalCdf, jointNormalQuantile } from "../../src/statistics/normal.ts";

describe("jointNormalCdf", () => {
  // At 0 and correlation 1/2 the orthants have closed forms: 1 / (count + 1).
  test.each([1, 2, 3, 7])("of %d normals at 0 is the orthant's probability", (count) => {
    expect(jointNormalCdf(0, count, 0.5)).toBeCloseTo(1 / (count + 1), 9);
  });

  test("of one normal is its distribution", () => {
    expect(jointNormalCdf(1.6448536269514722, 1, 0.25)).toBeCloseTo(0.95, 8);
  });

  test("of independent ones is a power", () => {
    expect(jointNormalCdf(1.6448536269514722, 3, 0)).toBeCloseTo(0.95 ** 3, 8);
  });
});

describe("jointNormalQuantile", () => {
  // Dunnett (1955), one-sided 5 % points for many degrees of freedom.
  test.each([
    [1, 1.64],
    [2, 1.92],
    [3, 2.06],
    [9, 2.42],
  ])("of %d comparisons with a control is %d at 95 %", (count, expected) => {
    expect(Math.abs(jointNormalQuantile(0.95, count, 0.5) - expected)).toBeLessThan(0.006);
  });
});
