import { describe, expect, test } from "vitest";
import { simulateOutcomes } from "../../src/decide/simulate.ts";
import { decide } from "../../src/index.ts";
import type { Decision } from "../../src/schema/types.ts";

const ranks = [4, 8, 16, 32];

describe("selectionOf", () => {
  test("is by how much the best of equal ranks overstates itself: 400 drawn sweeps, within three standard errors", () => {
    const world = { ranks, accuracies: [0.85, 0.85, 0.85, 0.85], seeds: 4, examples: 200, rankSeedSd: 0.2 };
    const sweeps = 400;
    // A margin that every rank is within leaves no larger design to search for, which takes half of the time.
    const decisions = Array.from({ length: sweeps }, (_, i) =>
      decide(simulateOutcomes(world, 100 + i), { margin: 0.5 }),
    );
    // What the ranks share (the examples' difficulty) inflates none: measure the best against the mean of all ranks.
    const inflations = decisions.map(inflation);
    const mean = average(inflations);
    const error = Math.sqrt(average(inflations.map((value) => (value - mean) ** 2)) / sweeps);
    const expected = average(decisions.map((decision) => decision.selection!.expectedInflation));
    expect(decisions[0]!.selection!.ranks).toBe(4);
    expect(expected).toBeGreaterThan(0.005);
    // The mean of a root is a little below the root of the mean: 1 % at 16 degrees of freedom.
    expect(Math.abs(expected - mean)).toBeLessThan(3 * error + 0.01 * mean);
  });

  test("is absent with one rank and 0 when no run differs", () => {
    const cell = (rank: number, seed: number) => ({ rank, seed, correct: [1, 1, 1, 1] });
    const of = (tried: number[]): Decision =>
      decide({
        ranks: tried,
        seeds: [0, 1],
        examples: 4,
        cells: tried.flatMap((rank) => [cell(rank, 0), cell(rank, 1)]),
        failures: [],
      });
    expect(of([4]).selection).toBeUndefined();
    expect(of([4, 8]).selection).toEqual({ ranks: 2, expectedInflation: 0 });
  });
});

function inflation({ ranks: summaries }: Decision): number {
  const accuracies = summaries.map(({ accuracy }) => accuracy!);
  return Math.max(...accuracies) - average(accuracies);
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
