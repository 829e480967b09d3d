import { describe, expect, test } from "vitest";
import { expectedMaximum } from "../../src/statistics/normal.ts";

describe("expectedMaximum", () => {
  // Closed forms for 1 to 3; the others from the table of normal order statistics (Harter, 1961).
  test.each([
    [1, 0],
    [2, 1 / Math.sqrt(Math.PI)],
    [3, 1.5 / Math.sqrt(Math.PI)],
    [4, 1.02938],
    [5, 1.16296],
    [10, 1.53875],
    [100, 2.50759],
  ])("of %d normals is %d", (count, expected) => {
    expect(expectedMaximum(count)).toBeCloseTo(expected, 5);
  });
});
