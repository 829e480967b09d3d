import { describe, expect, test } from "vitest";
import type { CrossedFit } from "../../../src/decide/interval/components.ts";
import { independentSample } from "../../../src/decide/interval/example-sample.ts";
import { halfWidth, tailFactors, unseenSquare } from "../../../src/decide/interval/half-width.ts";

function fitted(seeds: number, examples: number, components: CrossedFit["components"]): CrossedFit {
  const seedSquare = examples * (components.seed ?? 0) + components.residual;
  return { mean: 0, seeds, examples, components, seedSquare, groupSize: 1, seedDf: seeds - 1, differing: 0 };
}

describe("halfWidth", () => {
  test("with seed noise alone is Student's interval over the seeds", () => {
    // t(2) = 4.303 at 2.5 %; three seeds with variance 0.03 have the standard error 0.1
    const width = halfWidth(
      fitted(3, 100, { seed: 0.03, example: 0, residual: 0 }),
      tailFactors(independentSample(100), 0.025),
      0,
    );
    expect(width).toBeCloseTo(0.4303, 4);
  });

  test("with example noise alone is Student's interval over the examples", () => {
    // t(120) = 1.980 at 2.5 %
    const width = halfWidth(
      fitted(3, 121, { seed: 0, example: 1.21, residual: 0 }),
      tailFactors(independentSample(121), 0.025),
      0,
    );
    expect(width).toBeCloseTo(0.198, 3);
  });

  test("adds the squares of both, each with its own quantile", () => {
    const components = { seed: 0.03, example: 1.21, residual: 0 };
    const width = halfWidth(fitted(3, 121, components), tailFactors(independentSample(121), 0.025), 0);
    expect(width).toBeCloseTo(Math.hypot(0.4303, 0.198), 3);
  });

  test("counts the residual with the few degrees of freedom of the seeds", () => {
    const components = { seed: 0, example: 0, residual: 3 };
    const width = halfWidth(fitted(3, 100, components), tailFactors(independentSample(100), 0.025), 0);
    expect(width).toBeCloseTo(4.3027 * 0.1, 4);
  });

  test("keeps the rule of three when no two outcomes differ", () => {
    // 95 % one-sided, no event in 300: the rate can still be 3.0 / 300
    const width = halfWidth(
      fitted(5, 300, { seed: 0, example: 0, residual: 0 }),
      tailFactors(independentSample(300), 0.05),
      1,
    );
    expect(width).toBeCloseTo(0.00999, 5);
  });

  test("with one seed covers the examples alone", () => {
    const width = halfWidth(
      fitted(1, 121, { seed: null, example: 1.21, residual: 0 }),
      tailFactors(independentSample(121), 0.025),
      0,
    );
    expect(width).toBeCloseTo(0.198, 3);
  });
});

describe("unseenSquare", () => {
  test("is the whole rule of three while no example differs, and half of it when ten do", () => {
    expect(unseenSquare(1, 0.01, 0)).toBeCloseTo(1e-4, 15);
    expect(unseenSquare(1, 0.01, 10)).toBeCloseTo(5e-5, 15);
    expect(unseenSquare(0, 0.01, 0)).toBe(0);
  });
});
