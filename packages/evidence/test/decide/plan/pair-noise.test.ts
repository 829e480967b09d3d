import { describe, expect, test } from "vitest";
import { outcomeTable } from "../../../src/decide/outcomes.ts";
import { assumedNoise, assumedShares, observedNoise } from "../../../src/decide/plan/pair-noise.ts";
import { simulateOutcomes } from "../../../src/decide/simulate.ts";

const world = { ranks: [4, 8, 32], accuracies: [0.85, 0.85, 0.85], examples: 2000 };

describe("assumedNoise", () => {
  test("splits the disagreement into parts that add up to it", () => {
    const { seed, example, residual } = assumedNoise(0.05).components;
    expect(seed + example + residual).toBeCloseTo(0.05, 12);
    expect(Math.sqrt(seed)).toBeCloseTo(0.01, 12); // one point of luck
  });
});

describe("observedNoise", () => {
  test("counts the outcomes that differ between two ranks under one seed", () => {
    const cell = (rank: number, seed: number, correct: number[]) => ({ rank, seed, correct });
    const table = outcomeTable(
      [
        cell(4, 1, [1, 1, 0, 0]),
        cell(8, 1, [1, 0, 0, 0]),
        cell(4, 2, [1, 1, 0, 0]),
        cell(8, 2, [0, 0, 1, 0]),
      ],
      [],
      4,
    );
    const { disagreement, seeds, ranks } = observedNoise(table, "accuracy");
    expect(disagreement).toBe(4 / 8);
    expect(seeds).toBe(2);
    expect(ranks).toEqual([4, 8]);
  });

  test("of several seeds finds the components that the outcomes have", () => {
    const { components, disagreement } = observedNoise(
      simulateOutcomes({ ...world, seeds: 8, rankSeedSd: 0.4 }, 1),
      "accuracy",
    );
    const { seed, example, residual } = components;
    expect(seed + example + residual).toBeCloseTo(disagreement!, 2);
    // Luck of a run of 0.4 moves an accuracy of 85 % by 4 points, and a pair by √2 times that.
    expect(Math.sqrt(seed)).toBeGreaterThan(0.03);
    expect(Math.sqrt(seed)).toBeLessThan(0.1);
  });

  test("of one seed observes the disagreement and assumes its split", () => {
    const { components, disagreement, seeds } = observedNoise(
      simulateOutcomes({ ...world, seeds: 1 }, 1),
      "accuracy",
    );
    expect(seeds).toBe(1);
    const { seed, example, residual } = components;
    expect(example + residual).toBeCloseTo(disagreement!, 2);
    expect(seed / residual).toBeCloseTo(assumedShares.seed / assumedShares.residual, 12);
  });

  test("of a second seed that is not whole takes the seeds that every rank completed", () => {
    const { cells, examples } = simulateOutcomes({ ...world, seeds: 2 }, 1);
    const half = outcomeTable(cells.slice(0, -1), [], examples);
    expect(observedNoise(half, "accuracy").seeds).toBe(1);
  });

  test("has no disagreement of log losses, and no limit to what one example can show", () => {
    const noise = observedNoise(simulateOutcomes({ ...world, seeds: 2 }, 1), "log-loss");
    expect(noise.disagreement).toBeUndefined();
    expect(noise.unit).toBe(0);
  });

  test("needs two ranks under one seed", () => {
    const { cells, examples } = simulateOutcomes({ ...world, seeds: 1 }, 1);
    expect(() => observedNoise(outcomeTable(cells.slice(0, 1), [], examples), "accuracy")).toThrow(
      expect.objectContaining({
        code: "E_PLAN",
        message:
          "results must hold two ranks that completed the same seed on two examples or more, got 1 of them and 2000 examples",
      }),
    );
  });
});
