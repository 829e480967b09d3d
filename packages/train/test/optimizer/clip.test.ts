import { describe, expect, test } from "vitest";
import { clipCoefficient, globalNorm } from "../../src/optimizer/optimizer-step.ts";

describe("globalNorm", () => {
  test("is one norm over all arrays: sqrt(3^2 + 4^2 + 12^2) = 13", () => {
    expect(globalNorm([Float32Array.of(3, 0), Float32Array.of(), Float32Array.of(-4, 12)])).toBe(13);
    expect(globalNorm([])).toBe(0);
  });
  test("does not lose small elements beside a large one, as a float32 sum does", () => {
    // 4096^2 = 2^24, where float32 no longer holds the next whole number
    const ones = new Float32Array(1_000_000).fill(1);
    expect(globalNorm([Float32Array.of(4096), ones])).toBe(Math.sqrt(2 ** 24 + 1_000_000));
  });
});

describe("clipCoefficient", () => {
  test("is maxNorm / (norm + 1e-6), as torch has it", () => {
    expect(clipCoefficient(5, 1)).toBe(1 / 5.000001);
  });
  test("leaves a small gradient alone, and any gradient where the largest norm is 0", () => {
    expect(clipCoefficient(0.2, 1)).toBe(1);
    expect(clipCoefficient(500, 0)).toBe(1);
  });
  test("shrinks even a gradient of exactly the largest norm, as torch does", () => {
    expect(clipCoefficient(1, 1)).toBe(1 / 1.000001);
  });
  test("does not hide a diverged gradient", () => {
    expect(clipCoefficient(Number.NaN, 1)).toBeNaN();
    expect(clipCoefficient(Infinity, 1)).toBe(0);
  });
});
