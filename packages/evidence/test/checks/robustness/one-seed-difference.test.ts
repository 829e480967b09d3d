import { describe, expect, test } from "vitest";
import { isOf, oneSeedDifference } from "../../../src/checks/robustness/one-seed-difference.ts";
import { outcomesFromTrials } from "../../../src/decide/outcomes-from-trials.ts";
import { simulateOutcomes } from "../../../src/decide/simulate.ts";
import { decide } from "../../../src/index.ts";
import type { TrialResult } from "../../../src/schema/types.ts";
import { sweepOf, trialOf } from "../probed-trials.ts";

const small = trialOf({ rank: 4, accuracy: 0.88 });
const large = trialOf({ rank: 32, accuracy: 0.9 });

describe("oneSeedDifference", () => {
  test("with a sweep of one seed knows the noise of examples alone: 20 of 1,000 differ", () => {
    const decision = decide(outcomesFromTrials(sweepOf({ 4: [0.9], 32: [0.9] })));
    const found = oneSeedDifference(small, large, decision, 0.025);
    expect(found.advantage).toBeCloseTo(0.02, 12);
    expect(found.coversSeeds).toBe(false);
    // McNemar: sqrt((20 - 20²/1000) / 999) / sqrt(1000) = 0.00443; t = 1.962; rule of three 0.00369² · 10 / 30.
    const width = Math.sqrt((1.962 * 0.00443) ** 2 + (0.00369 ** 2 * 10) / 30);
    expect(found.interval[1] - found.advantage).toBeCloseTo(width, 4);
    expect(found.examplesWidth).toBeCloseTo(width, 4);
  });

  test("with seeds that differ it takes their noise from the sweep", () => {
    const accuracies = { 4: [0.85, 0.95, 0.88, 0.93, 0.9], 32: [0.95, 0.88, 0.93, 0.85, 0.9] };
    const decision = decide(outcomesFromTrials(sweepOf(accuracies)));
    const found = oneSeedDifference(small, large, decision, 0.025);
    expect(found.coversSeeds).toBe(true);
    // Differences 0.1 -0.07 0.05 -0.08 0: standard deviation 0.0778; t with 4 degrees of freedom is 2.776.
    expect(found.interval[1] - found.advantage).toBeGreaterThan(2.7 * 0.077);
    expect(found.interval[1] - found.advantage).toBeLessThan(2.9 * 0.079);
  });

  test("the interval holds a new seed's truth in at least 95 of 100 sweeps", () => {
    const world = { ranks: [4, 32], accuracies: [0.85, 0.85], examples: 300, rankSeedSd: 0.2 };
    const trialsOf = (seeds: number, seed: number): TrialResult[] =>
      simulateOutcomes({ ...world, seeds }, seed).cells.map((cell) => {
        const trial = trialOf({ rank: cell.rank, seed: cell.seed, examples: 300 });
        return { ...trial, evaluation: { ...trial.evaluation!, correct: Array.from(cell.correct) } };
      });
    const held = Array.from({ length: 300 }, (_, i) => {
      const decision = decide(outcomesFromTrials(trialsOf(4, i)));
      const [one, other] = trialsOf(1, 5000 + i) as [TrialResult, TrialResult];
      const [low, high] = oneSeedDifference(one, other, decision, 0.025).interval;
      return low <= 0 && high >= 0;
    }).filter(Boolean).length;
    // 285, less three standard errors of 3.8
    expect(held).toBeGreaterThanOrEqual(274);
  });
});

test("isOf finds a pair by its ranks, the smaller one first", () => {
  const { pairs } = decide(outcomesFromTrials(sweepOf({ 4: [0.9, 0.9], 8: [0.9, 0.8], 32: [0.9, 0.9] })));
  const found = pairs!.find(isOf(8, 32));
  expect([found!.first, found!.second]).toEqual([8, 32]);
  expect(pairs!.find(isOf(32, 8))).toBeUndefined();
});
