import { describe, expect, test } from "vitest";
import { learningRateAt, warmupStepsOf } from "../../src/optimizer/training-plan.ts";

const shape = { learningRate: 1, warmupSteps: 10, totalSteps: 100 };

describe("learningRateAt", () => {
  // Factors by the formulas of transformers' optimization.py, evaluated in Python.
  test.each([
    [0, 0, 0],
    [1, 0.1, 0.1],
    [9, 0.9, 0.9],
    [10, 1, 1],
    [11, 0.9888888888888889, 0.9996954135095479],
    [55, 0.5, 0.5],
    [99, 0.011111111111111112, 0.00030458649045211894],
    [100, 0, 0],
  ])(
    "step %i of 100 after 10 of warm-up: linear %d, cosine %d, as in transformers",
    (step, linear, cosine) => {
      expect(learningRateAt(step, { ...shape, schedule: "linear" })).toBeCloseTo(linear, 15);
      expect(learningRateAt(step, { ...shape, schedule: "cosine" })).toBeCloseTo(cosine, 15);
    },
  );
  test("a constant schedule warms up too, then stays", () => {
    const constant = { ...shape, schedule: "constant" } as const;
    expect([0, 5, 10, 99, 500].map((step) => learningRateAt(step, constant))).toEqual([0, 0.5, 1, 1, 1]);
  });
  test("without warm-up the first step has the peak", () => {
    for (const schedule of ["constant", "linear", "cosine"] as const) {
      expect(learningRateAt(0, { learningRate: 2e-4, schedule, warmupSteps: 0, totalSteps: 7 })).toBe(2e-4);
    }
  });
  test("scales with the peak and never grows after the warm-up", () => {
    for (const schedule of ["linear", "cosine"] as const) {
      let before = Infinity;
      for (let step = 10; step <= 120; step++) {
        const rate = learningRateAt(step, { ...shape, schedule, learningRate: 3e-4 });
        expect(rate).toBeCloseTo(3e-4 * learningRateAt(step, { ...shape, schedule }), 18);
        expect(rate).toBeLessThanOrEqual(before);
        before = rate;
      }
      expect(before).toBe(0);
    }
  });
  test("a run that is all warm-up divides by no zero", () => {
    const rates = [0, 1, 2, 3].map((step) =>
      learningRateAt(step, { learningRate: 1, schedule: "cosine", warmupSteps: 2, totalSteps: 2 }),
    );
    expect(rates).toEqual([0, 0.5, 1, 0]);
  });
});

describe("warmupStepsOf", () => {
  test.each([
    [100, 0.06, 6],
    [101, 0.1, 11],
    [10, 0, 0],
  ])("%i steps at a share of %d warm up for %i", (steps, share, warmup) => {
    expect(warmupStepsOf(steps, share)).toBe(warmup);
  });
});
