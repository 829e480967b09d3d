import { describe, expect, test } from "vitest";
import {
  expectedLargest,
  expectedMaximum,
  largestOf,
  normalCdf,
  normalDensity,
} from "../../src/statistics/normal.ts";

describe("the largest of independent normals", () => {
  test.each([1, 2, 5, 12])("of %d equal ones has the expected maximum", (count) => {
    const normals = Array.from({ length: count }, () => ({ mean: 3, variance: 4 }));
    expect(expectedLargest(normals)).toBeCloseTo(3 + 2 * expectedMaximum(count), 5);
    for (const chance of largestOf(normals).chances) expect(chance).toBeCloseTo(1 / count, 5);
  });

  // Clark, "The greatest of a finite set of random variables" (1961).
  test.each([
    [0, 1, 1, 0.1],
    [2, 1, -1, 9],
    [5, 0.01, 0, 1],
    [0, 0, 0.3, 1],
  ])("of N(%d, %d) and N(%d, %d) is as in closed form", (m1, v1, m2, v2) => {
    const sd = Math.sqrt(v1 + v2);
    const gap = (m1 - m2) / sd;
    const expected = m1 * normalCdf(gap) + m2 * normalCdf(-gap) + sd * normalDensity(gap);
    const normals = [
      { mean: m1, variance: v1 },
      { mean: m2, variance: v2 },
    ];
    expect(expectedLargest(normals)).toBeCloseTo(expected, 4);
    if (v1 === 0) return;
    expect(largestOf(normals).expected).toBe(expectedLargest(normals));
    expect(largestOf(normals).chances[0]).toBeCloseTo(normalCdf(gap), 4);
  });

  test("of known values is the largest", () => {
    expect(expectedLargest([1, 3, 2].map((mean) => ({ mean, variance: 0 })))).toBe(3);
  });
});
