import { describe, expect, test } from "vitest";
import { fitCrossed } from "../../../src/decide/interval/components.ts";
import { randomStream } from "../../../src/statistics/random.ts";

/** A matrix of seed, example and residual effects with the given standard deviations. */
function draw(
  seeds: number,
  examples: number,
  [seedSd, exampleSd, residualSd]: number[],
  stream = 1,
): number[][] {
  const { normal } = randomStream(stream);
  const exampleEffects = Array.from({ length: examples }, () => exampleSd! * normal());
  return Array.from({ length: seeds }, () => {
    const seedEffect = seedSd! * normal();
    return exampleEffects.map((effect) => 0.3 + seedEffect + effect + residualSd! * normal());
  });
}

describe("fitCrossed", () => {
  test("splits an additive table by hand: no residual, variances of the margins", () => {
    // seed means 2 and 3: variance 0.5; example means 1.5, 2.5, 3.5: variance 1
    const { mean, components } = fitCrossed([
      [1, 2, 3],
      [2, 3, 4],
    ]);
    expect(mean).toBe(2.5);
    expect(components.seed).toBeCloseTo(0.5, 14);
    expect(components.example).toBeCloseTo(1, 14);
    expect(components.residual).toBeCloseTo(0, 14);
  });

  test("matches the mean squares of a two-way table worked by hand", () => {
    // [[1, 5, 3], [3, 4, 8]]: means 3 and 5 by row, 2, 4.5, 5.5 by column, 4 over all.
    // MS_row = 3·(1 + 1) / 1 = 6; MS_column = 2·(4 + 0.25 + 2.25) / 2 = 6.5
    // residuals (0, 1.5, -1.5), (0, -1.5, 1.5): MS_res = 9 / 2 = 4.5
    const { components } = fitCrossed([
      [1, 5, 3],
      [3, 4, 8],
    ]);
    expect(components.residual).toBeCloseTo(4.5, 14);
    expect(components.seed).toBeCloseTo((6 - 4.5) / 3, 14);
    expect(components.example).toBeCloseTo((6.5 - 4.5) / 2, 14);
  });

  test("with one seed gives McNemar's standard error of the paired difference", () => {
    // b = 7 only the first right, c = 3 only the second right, of n = 50
    const n = 50;
    const difference = [...Array(7).fill(1), ...Array(3).fill(-1), ...Array(40).fill(0)] as number[];
    const { components } = fitCrossed([difference]);
    const mcNemar = Math.sqrt(7 + 3 - (7 - 3) ** 2 / n) / n;
    // McNemar divides by n where a sample variance divides by n - 1.
    expect(Math.sqrt(((components.example / n) * (n - 1)) / n)).toBeCloseTo(mcNemar, 14);
    expect(components.seed).toBeNull();
  });

  test("never reports a negative variance", () => {
    // Seed means are equal, so the seeds' mean square is 0, below the residual one.
    const { components } = fitCrossed([
      [0, 1, 0, 1],
      [1, 0, 1, 0],
    ]);
    expect(components.seed).toBe(0);
    expect(components.example).toBe(0);
    expect(components.residual).toBeGreaterThan(0);
  });

  test("finds the components that a large table was drawn with", () => {
    const { components } = fitCrossed(draw(60, 400, [0.5, 1, 2]));
    expect(components.residual).toBeCloseTo(4, 0);
    expect(Math.sqrt(components.example)).toBeCloseTo(1, 0);
    // 59 degrees of freedom: the standard error of a standard deviation is 0.5 / √118
    expect(Math.abs(Math.sqrt(components.seed!) - 0.5)).toBeLessThan(3 * 0.046);
  });

  test("is the same for seeds and examples in any order", () => {
    const matrix = draw(4, 30, [0.5, 1, 1]);
    const shuffled = [2, 0, 3, 1].map((s) => [...matrix[s]!.slice(11), ...matrix[s]!.slice(0, 11)]);
    const [a, b] = [fitCrossed(matrix), fitCrossed(shuffled)];
    expect(b.mean).toBeCloseTo(a.mean, 12);
    expect(b.components.seed).toBeCloseTo(a.components.seed!, 12);
    expect(b.components.example).toBeCloseTo(a.components.example, 12);
    expect(b.components.residual).toBeCloseTo(a.components.residual, 12);
  });

  test("does not take more copies of the examples for less noise between seeds", () => {
    const matrix = draw(4, 50, [1, 1, 0.2]);
    const tenfold = matrix.map((row) => Array.from({ length: 10 }, () => row).flat());
    expect(fitCrossed(tenfold).components.seed!).toBeCloseTo(fitCrossed(matrix).components.seed!, 2);
  });
});
