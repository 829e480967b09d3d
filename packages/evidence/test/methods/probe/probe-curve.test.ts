import { describe, expect, test } from "vitest";
import type { OutcomeCell } from "../../../src/decide/outcomes.ts";
import { simulateOutcomes } from "../../../src/decide/simulate.ts";
import { predictCurve } from "../../../src/methods/probe/probe.ts";

const world = { ranks: [4, 16, 32], accuracies: [0.8, 0.85, 0.9], seeds: 3, examples: 400, rankSeedSd: 1 };
const { cells } = simulateOutcomes(world, 3);
const whole = cells.filter(({ rank }) => rank === 32);
const truncated = cells.filter(({ rank }) => rank !== 32);
const options = { metric: "accuracy", confidence: 0.95, confirmationSeeds: 6 } as const;

function meanOf(own: readonly OutcomeCell[]): number {
  const values = own.flatMap(({ correct }) => [...Array.from(correct)]);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe("predictCurve", () => {
  test("gives each rank its own figures and its advantage over the largest, which comes last", () => {
    const curve = predictCurve({ whole, truncated }, options);
    expect(curve.map(({ rank }) => rank)).toEqual([4, 16, 32]);
    for (const { rank, accuracy, advantage, interval } of curve) {
      expect(accuracy).toBeCloseTo(meanOf(cells.filter((cell) => cell.rank === rank)), 12);
      expect(advantage).toBeCloseTo(accuracy - curve.at(-1)!.accuracy, 12);
      expect(interval[0] + interval[1]).toBeCloseTo(2 * advantage, 12);
    }
    expect(curve.at(-1)).toMatchObject({ advantage: 0, interval: [0, 0] });
  });

  test("counts lower log loss as better", () => {
    const curve = predictCurve({ whole, truncated }, { ...options, metric: "log-loss" });
    for (const { logLoss, advantage } of curve)
      expect(advantage).toBeCloseTo(curve.at(-1)!.logLoss! - logLoss!, 12);
  });

  test("a truncation that changes nothing is expected to show nothing but the luck of separate runs", () => {
    const same = whole.map((cell) => ({ ...cell, rank: 4 }));
    const [four] = predictCurve({ whole, truncated: same }, options);
    expect(four!.advantage).toBe(0);
    expect(four!.interval[1]).toBeGreaterThan(-Math.log(0.025) / 400);
    // Runs that are all alike have no luck: then only the rule of three is left.
    const alike = whole.map(({ rank, seed }) => ({ rank, seed, correct: whole[0]!.correct }));
    const [sure] = predictCurve(
      { whole: alike, truncated: alike.map((cell) => ({ ...cell, rank: 4 })) },
      options,
    );
    expect(sure!.interval[1]).toBeCloseTo(-Math.log(0.025) / 400, 6);
  });

  test("leaves out a seed that lacks a truncation, and predicts nothing where none is left", () => {
    const part = truncated.filter(({ rank, seed }) => rank !== 4 || seed !== 1);
    const [four] = predictCurve({ whole, truncated: part }, options);
    expect(four!.accuracy).toBeCloseTo(
      meanOf(cells.filter(({ rank, seed }) => rank === 4 && seed !== 1)),
      12,
    );
    expect(predictCurve({ whole, truncated: [] }, options)).toEqual([]);
    expect(predictCurve({ whole: [], truncated }, options)).toEqual([]);
  });
});
