import { describe, expect, test } from "vitest";
import { compareRanks, type PairwiseComparison, shortfallBound } from "../../src/decide/compare.ts";
import { openBound } from "../../src/decide/open-bound.ts";
import { pairedDesign } from "../../src/decide/paired-design.ts";
import { decide, decideScores, simulateOutcomes } from "../../src/index.ts";
import { normalCdf, normalQuantile } from "../../src/statistics/normal.ts";

const z = -normalQuantile(0.05);

/** Two ranks, of which the first is behind by so many standard errors of 1; known variances. */
function behindBy(shortfall: number): PairwiseComparison {
  const [pair] = compareRanks(
    pairedDesign(simulateOutcomes({ ranks: [4, 8], accuracies: [0.85, 0.85], seeds: 3, examples: 50 }, 1)),
    "accuracy",
    0.95,
  ).pairs;
  const fit = { ...pair!.fit, mean: 0 - shortfall };
  return {
    pairs: [{ ...pair!, fit, halfWidth: -normalQuantile(0.025), boundWidths: [z, z] }],
    tails: { pairTail: 0.025, smallestTail: 0.05, otherTail: 0.05, openTail: 0.05 },
    sample: { examples: 50, units: 50, df: 49 },
    collapsed: [],
  };
}

describe("openBound", () => {
  test("leaves out its tail of the shortfalls below a supported difference", () => {
    const cut = -normalQuantile(0.025);
    for (const observed of [-3, -1, 0, 0.5, 1, 1.5]) {
      const bound = openBound(behindBy(observed), 4);
      expect(normalCdf(observed - bound) / normalCdf(cut - bound)).toBeCloseTo(0.05, 6);
      // The same for the other rank, which leads by as much.
      expect(openBound(behindBy(0 - observed), 8)).toBeCloseTo(bound, 9);
    }
  });

  test("is the plain bound far from a supported difference, and grows towards it", () => {
    expect(openBound(behindBy(-5), 4)).toBeCloseTo(z - 5, 6);
    // By hand: Φ(−1.95) is 0.0256, and 5 % of Φ(1.96 − 1.95) is 0.0252.
    expect(openBound(behindBy(0), 4)).toBeCloseTo(1.96, 1);
    const beyond = [0, 0.5, 1, 1.5].map((observed) => openBound(behindBy(observed), 4) - observed);
    expect(beyond).toEqual(beyond.toSorted((a, b) => a - b));
    expect(openBound(behindBy(1.959), 4)).toBeLessThanOrEqual(1.96 + 8);
    // What is supported is not open.
    expect(openBound(behindBy(2), 4)).toBe(shortfallBound(behindBy(2).pairs, 4));
  });

  test("is the plain bound of more than two ranks, of one of several looks, and at the confidence of one half", () => {
    const world = { ranks: [4, 8, 16], accuracies: [0.85, 0.85, 0.85], seeds: 3, examples: 200 };
    const three = compareRanks(pairedDesign(simulateOutcomes(world, 1)), "accuracy", 0.95);
    expect(openBound(three, 4)).toBe(shortfallBound(three.pairs, 4));
    const two = simulateOutcomes({ ...world, ranks: [4, 8], accuracies: [0.85, 0.85] }, 1);
    const atHalf = compareRanks(pairedDesign(two), "accuracy", 0.5);
    expect(openBound(atHalf, 4)).toBe(shortfallBound(atHalf.pairs, 4));
    const family = { ranks: 2, spend: (tail: number) => 0.7 * tail };
    const look = compareRanks(pairedDesign(two), "accuracy", 0.95, family);
    expect(openBound(look, 4)).toBe(shortfallBound(look.pairs, 4));
  });

  test("is what an open verdict tells of two ranks, and a settled one tells the plain bound", () => {
    const table = simulateOutcomes({ ranks: [4, 8], accuracies: [0.85, 0.85], seeds: 3, examples: 400 }, 3);
    const comparison = compareRanks(pairedDesign(table), "accuracy", 0.95);
    const open = decide(table, { margin: 0.001 });
    expect(open.verdict).toBe("inconclusive");
    for (const { rank, shortfallBound: told } of open.ranks)
      expect(told).toBeCloseTo(openBound(comparison, rank), 12);
    expect(open.bestBet!.mayLose).toBeCloseTo(openBound(comparison, open.bestBet!.rank), 12);
    const settled = decide(table, { margin: 0.2 });
    expect(settled).toMatchObject({ verdict: "adequate", rank: 4 });
    expect(settled.ranks[0]!.shortfallBound).toBeCloseTo(shortfallBound(comparison.pairs, 4), 12);
    expect(open.ranks[0]!.shortfallBound!).toBeGreaterThan(settled.ranks[0]!.shortfallBound!);
  });

  test("is told of scores of runs, too", () => {
    const runs = [0.8, 0.82, 0.81].flatMap((score, seed) => [
      { rank: 4, seed, score },
      { rank: 8, seed, score: score + [0.01, -0.012, 0.005][seed]! },
    ]);
    const open = decideScores({ runs }, { margin: 0.001 });
    const settled = decideScores({ runs }, { margin: 0.2 });
    expect([open.verdict, settled.verdict]).toEqual(["inconclusive", "adequate"]);
    open.ranks.forEach(({ shortfallBound: told }, index) => {
      expect(told!).toBeGreaterThan(settled.ranks[index]!.shortfallBound!);
    });
  });

  test("decides which of two ranks is recommended: at most two margins", () => {
    const seeds = Array.from({ length: 40 }, (_, i) => i);
    const recommended = seeds.flatMap((seed) => {
      const world = { ranks: [4, 8], accuracies: [0.85, 0.85], seeds: 5, examples: 872 };
      const { verdict, ranks, indifference } = decide(simulateOutcomes(world, seed));
      return verdict === "indistinguishable" ? [ranks[0]!.shortfallBound! <= indifference!] : [];
    });
    expect(recommended.length).toBeGreaterThan(3);
    expect(recommended.every((isWithin) => isWithin)).toBe(true);
  });
});
