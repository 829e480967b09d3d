import { describe, expect, test } from "vitest";
import { randomStream } from "../../src/statistics/random.ts";

const draws = 40_000;

function moments(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
}

describe("randomStream", () => {
  test("is uniform: mean 1/2 and variance 1/12 within four standard errors", () => {
    const { uniform } = randomStream(1);
    const { mean, variance } = moments(Array.from({ length: draws }, uniform));
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / draws));
    // Var(x²-like) of a uniform: 1/180
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(4 * Math.sqrt(1 / 180 / draws));
  });

  test("is normal: mean 0, variance 1 and 2.5 % beyond 1.96 within four standard errors", () => {
    const { normal } = randomStream(2);
    const values = Array.from({ length: draws }, normal);
    const { mean, variance } = moments(values);
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(draws));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / draws));
    const beyond = values.filter((value) => value > 1.959964).length / draws;
    expect(Math.abs(beyond - 0.025)).toBeLessThan(4 * Math.sqrt((0.025 * 0.975) / draws));
  });

  test("repeats itself for the same seed", () => {
    const [a, b] = [randomStream(7), randomStream(7)];
    for (let i = 0; i < 100; i++) expect(a.normal()).toBe(b.normal());
  });

  test.each([
    [0, 1],
    [1, 2],
    [5, 5 + 2 ** 32],
  ])("is uncorrelated for the neighbours %d and %d", (first, second) => {
    const [a, b] = [randomStream(first), randomStream(second)];
    let product = 0;
    for (let i = 0; i < draws; i++) product += (a.normal() * b.normal()) / draws;
    expect(Math.abs(product)).toBeLessThan(4 / Math.sqrt(draws));
  });
});
