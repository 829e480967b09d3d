import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fitCrossed } from "../../../src/decide/interval/components.ts";
import { sampleOf } from "../../../src/decide/interval/example-sample.ts";
import { halfWidth, tailFactors } from "../../../src/decide/interval/half-width.ts";
import { randomStream } from "../../../src/statistics/random.ts";

interface ClusteredMean {
  readonly groups: readonly number[];
  readonly values: readonly number[];
  readonly standardError: number;
}

/** From scripts/reference/cluster_fixture.py. */
const clustered = JSON.parse(
  readFileSync(new URL("../../fixtures/cluster-variance.json", import.meta.url), "utf8"),
) as readonly ClusteredMean[];

/** The sample of groups with these sizes. */
const sampleIn = (sizes: readonly number[]) => {
  const groups = sizes.flatMap((size, g) => Array<number>(size).fill(g));
  return sampleOf({ correct: groups, groups });
};

/** Values that are equal within a group. */
const inGroups = (values: readonly number[], sizes: readonly number[]): number[] =>
  values.flatMap((value, g) => Array<number>(sizes[g]!).fill(value));

describe("a sample in groups", () => {
  test("of one example each is a sample of independent examples", () => {
    const matrix = [1, 2, 3].map((stream) => Array.from({ length: 20 }, randomStream(stream).normal));
    const sample = sampleIn(Array(20).fill(1));
    expect(sample).toMatchObject({ units: 20, df: expect.closeTo(19, 10) });
    const [grouped, independent] = [fitCrossed(matrix, sample), fitCrossed(matrix)];
    for (const part of ["seed", "example", "residual"] as const)
      expect(grouped.components[part]).toBeCloseTo(independent.components[part]!, 12);
    expect(grouped.seedSquare).toBeCloseTo(independent.seedSquare, 12);
    expect(grouped).toMatchObject({ examples: 20, groupSize: 1, differing: 20 });
  });

  test("does not depend on the order of the examples", () => {
    const groups = [2, 0, 1, 1, 0];
    expect(sampleOf({ correct: groups, groups })).toMatchObject({ units: 3, df: sampleIn([2, 2, 1]).df });
  });

  test("of equal groups is fitted as the means of the groups", () => {
    const means = [1, 2, 3].map((stream) => Array.from({ length: 8 }, randomStream(stream).normal));
    const sizes = Array<number>(8).fill(5);
    const matrix = means.map((row) => inGroups(row, sizes));
    const [grouped, ofMeans] = [fitCrossed(matrix, sampleIn(sizes)), fitCrossed(means)];
    expect(sampleIn(sizes).df).toBeCloseTo(7, 10);
    expect(grouped.mean).toBeCloseTo(ofMeans.mean, 12);
    expect(grouped.components.seed).toBeCloseTo(ofMeans.components.seed!, 12);
    expect(grouped.components.example / 40).toBeCloseTo(ofMeans.components.example / 8, 12);
    expect(grouped.components.residual / 40).toBeCloseTo(ofMeans.components.residual / 8, 12);
    const width = halfWidth(grouped, tailFactors(sampleIn(sizes), 0.025), 0);
    expect(width).toBeCloseTo(halfWidth(ofMeans, tailFactors({ units: 8, df: 7 }, 0.025), 0), 12);
  });

  test("has the mean of its examples, and the variance of moving groups on average", () => {
    const sizesOf = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(sizesOf, (sizes) => {
        const examples = sizes.reduce((sum, size) => sum + size, 0);
        const sample = sampleIn(sizes);
        // Unit effects of one group at a time: their sum is the expectation for independent effects of variance 1.
        const estimated = sizes.reduce((sum, size, g) => {
          const effect = sizes.map((_, other) => (other === g ? 1 : 0));
          const { mean, components } = fitCrossed([inGroups(effect, sizes)], sample);
          expect(mean).toBeCloseTo(size / examples, 12);
          return sum + components.example / examples;
        }, 0);
        const truth = sizes.reduce((sum, size) => sum + (size / examples) ** 2, 0);
        expect(estimated).toBeCloseTo(truth, 10);
      }),
    );
  });

  test("has statsmodels' standard error of a clustered mean, but for the correction of unequal groups", () => {
    for (const { groups, values, standardError } of clustered) {
      const sample = sampleOf({ correct: values, groups });
      const { components } = fitCrossed([values], sample);
      const { shares } = sample.groups!;
      const [square, cube] = [2, 3].map((power) => shares.reduce((sum, w) => sum + w ** power, 0));
      const correction = 1 / (1 + square! - (2 * cube!) / square!);
      const plain = sample.units / (sample.units - 1);
      const variance = (components.example / values.length) * (plain / correction);
      expect(Math.sqrt(variance)).toBeCloseTo(standardError, 10);
      if (new Set(shares).size === 1) expect(correction).toBeCloseTo(plain, 10);
    }
  });

  test("has the degrees of freedom of Satterthwaite's approximation, worked out with matrices", () => {
    const sizes = [50, 3, 7, 1, 12];
    const w = sizes.map((size) => size / 73);
    const centred = w.map((_, i) => w.map((share, j) => (i === j ? 1 : 0) - share));
    // A = M' diag(w²) M
    const a = w.map((_, i) =>
      w.map((_, j) => w.reduce((sum, share, k) => sum + share ** 2 * centred[k]![i]! * centred[k]![j]!, 0)),
    );
    const trace = a.reduce((sum, row, i) => sum + row[i]!, 0);
    const ofSquare = a.flat().reduce((sum, value) => sum + value ** 2, 0);
    expect(sampleIn(sizes).df).toBeCloseTo(trace ** 2 / ofSquare, 10);
    // One group with two thirds of the examples leaves little to learn from.
    expect(sampleIn(sizes).df).toBeLessThan(2);
  });

  test("takes an unseen kind of group to move the mean as groups do that were drawn", () => {
    const unseen = (means: readonly number[], sizes: readonly number[]) =>
      fitCrossed([inGroups(means, sizes)], sampleIn(sizes)).unseenGroup;
    // G w_g d_g is 3 · 0.1 · 1 and 3 · 0.6 · 0.5; one group of three shows nothing.
    const { largest, typical } = unseen([1, 0, 0.5], [1, 3, 6])!;
    expect(largest).toBeCloseTo(0.9, 12);
    expect(typical).toBeCloseTo(Math.sqrt((0.3 ** 2 + 0.9 ** 2) / 2) / 3, 12);
    // The more groups differ, the more their variance shows.
    expect(unseen([0.5, 0.2, -1], [1, 3, 6])).toEqual({ largest: expect.closeTo(1.8, 12), typical: 0 });
    expect(unseen([0, 0, 0], [1, 3, 6])).toBeUndefined();
  });

  test("counts each run of a group that differs, in either direction", () => {
    const sizes = [2, 2, 2, 2];
    const rows = [
      [0.5, 0, 0, 0],
      [-0.5, 0, 1, 0],
    ].map((row) => inGroups(row, sizes));
    const { differing, unseenGroup } = fitCrossed(rows, sampleIn(sizes));
    // The first group's mean over both runs is that of groups which show nothing.
    expect(differing).toBe(1);
    expect(unseenGroup).toEqual({
      largest: expect.closeTo(1, 12),
      typical: expect.closeTo(0.75 * Math.sqrt(0.5), 12),
    });
  });

  test("of one example each has the unseen kind of examples", () => {
    const row = [1, 0, 0, 0, 0, 0, 0, 0, 0, -1];
    const sample = sampleIn(Array(10).fill(1));
    const [grouped, independent] = [fitCrossed([row], sample), fitCrossed([row])];
    expect(grouped).not.toHaveProperty("unseenGroup");
    const factors = tailFactors({ units: 10, df: 9 }, 0.025);
    expect(halfWidth(grouped, tailFactors(sample, 0.025), 1)).toBeCloseTo(
      halfWidth(independent, factors, 1),
      10,
    );
  });
});
