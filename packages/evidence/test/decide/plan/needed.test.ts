import { describe, expect, test } from "vitest";
import { compareRanks } from "../../../src/decide/compare.ts";
import { pairedDesign } from "../../../src/decide/paired-design.ts";
import { neededFor } from "../../../src/decide/plan/needed.ts";
import { simulateOutcomes } from "../../../src/decide/simulate.ts";
import { decideScores } from "../../../src/methods/grid/decide-scores.ts";

const table = simulateOutcomes(
  { ranks: [4, 8, 32], accuracies: [0.85, 0.85, 0.85], seeds: 4, examples: 300 },
  2,
);
const comparison = compareRanks(pairedDesign(table), "accuracy", 0.95);

describe("neededFor", () => {
  test("asks for no less than there is, in two digits of examples", () => {
    const { seeds, examples } = neededFor(comparison, [4, 8, 32], 0.01)!;
    expect(seeds).toBeGreaterThanOrEqual(4);
    expect(examples).toBeGreaterThan(300);
    expect(String(examples)).toMatch(/^[1-9]\d?0*$/);
  });

  test("asks for more evaluations the more rivals have to be passed and the smaller the margin", () => {
    const cost = (inPlay: number[], margin: number): number => {
      const { seeds, examples } = neededFor(comparison, inPlay, margin)!;
      return seeds * examples;
    };
    expect(cost([4, 8, 32], 0.02)).toBeGreaterThan(cost([4, 8], 0.02));
    expect(cost([4, 8, 32], 0.01)).toBeGreaterThan(cost([4, 8, 32], 0.02));
  });

  test("names the seeds that do on the same examples, and fewer that would do with little noise between seeds", () => {
    const { onlySeeds, leastSeeds } = neededFor(comparison, [4, 8, 32], 0.03)!;
    expect(leastSeeds).toBeGreaterThan(4);
    expect(onlySeeds).toBeGreaterThan(leastSeeds!);
  });

  test("names no examples alone: few seeds that came out alike by luck would", () => {
    const world = { ranks: [4, 8], accuracies: [0.85, 0.85], seeds: 3, examples: 200, rankSeedSd: 0 };
    const alike = compareRanks(pairedDesign(simulateOutcomes(world, 3)), "accuracy", 0.95);
    expect(neededFor(alike, [4, 8], 0.012)).not.toHaveProperty("onlyExamples");
  });

  test("cannot tell with one seed", () => {
    const world = { ranks: [4, 8, 32], accuracies: [0.85, 0.85, 0.85], seeds: 1, examples: 300 };
    const one = compareRanks(pairedDesign(simulateOutcomes(world, 2)), "accuracy", 0.95);
    expect(neededFor(one, [4, 8, 32], 0.05)).toBeUndefined();
  });

  test("counts the noise between seeds that the intervals count, and asks for no fewer seeds for a smaller margin", () => {
    const scores = { 8: [0.5353, 0.5277, 0.5231], 16: [0.624, 0.6308, 0.6422], 32: [0.6293, 0.6331, 0.6391] };
    const runs = Object.entries(scores).flatMap(([rank, own]) =>
      own.map((score, seed) => ({ rank: Number(rank), seed, score })),
    );
    const found = [0.01, 0.014, 0.018, 0.02].map((margin) =>
      decideScores({ runs }, { metric: "higher:exact_match", margin }),
    );
    expect(found.map(({ needed }) => needed)).toEqual(
      [{ seeds: 12, leastSeeds: 6 }, { seeds: 6, leastSeeds: 4 }, { seeds: 4 }, { seeds: 4 }].map((one) => ({
        rank: 16,
        examples: 0,
        onlySeeds: one.seeds,
        ...one,
      })),
    );
    const settled = decideScores({ runs }, { metric: "higher:exact_match", margin: 0.022 });
    expect(settled).toMatchObject({ verdict: "adequate", rank: 16 });
    expect(settled.needed).toBeUndefined();
  });

  test("asks for nothing when no rival is left", () => {
    expect(neededFor(comparison, [4], 0.01)).toBeUndefined();
  });
});
