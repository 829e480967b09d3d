import { expect, test } from "vitest";
import { compareRanks, type PairwiseComparison, shortfallAtLeast } from "../../src/decide/compare.ts";
import type { OutcomeTable } from "../../src/decide/outcomes.ts";
import { type PairedDesign, pairedDesign } from "../../src/decide/paired-design.ts";
import { simulateOutcomes } from "../../src/decide/simulate.ts";
import { type Verdict, verdictOf } from "../../src/decide/verdict.ts";
import { randomStream, type SeededRandom } from "../../src/statistics/random.ts";

const margins = [0, 0.002, 0.004, 0.006, 0.008, 0.01, 0.013, 0.016, 0.02, 0.03, 0.05, 0.08, 0.15, 0.3];

/** Two to five ranks of any order of accuracies, with little noise to much. */
function drawn(random: SeededRandom, seed: number): OutcomeTable {
  const whole = (low: number, high: number): number => low + Math.floor(random.uniform() * (high - low + 1));
  const ranks = Array.from({ length: whole(2, 5) }, (_, i) => 2 ** (i + 1));
  const spread = [0, 0.01, 0.04, 0.15][whole(0, 3)]!;
  const world = {
    ranks,
    accuracies: ranks.map(() => 0.8 + spread * random.uniform()),
    seeds: whole(2, 8),
    examples: whole(60, 600),
    rankSeedSd: 0.4 * random.uniform(),
    rankExampleSd: 0.5 * random.uniform(),
  };
  return simulateOutcomes(world, seed);
}

function judged(design: PairedDesign, comparison: PairwiseComparison, margin: number): Verdict {
  const { ranks, seeds } = design;
  return verdictOf({ ranks, seeds: seeds.length, margin, comparison });
}

const tables = Array.from({ length: 300 }, (_, i) => {
  const design = pairedDesign(drawn(randomStream(9000 + i), i));
  return { design, comparison: compareRanks(design, "accuracy", 0.95) };
});

test("300 random tables: a larger margin never recommends a larger rank, and never takes a recommendation back", () => {
  let changes = 0;
  for (const { design, comparison } of tables) {
    const ranks = margins.map((margin) => judged(design, comparison, margin).rank ?? Infinity);
    expect(ranks).toEqual([...ranks].sort((a, b) => b - a));
    changes += new Set(ranks).size - 1;
    const certified = margins.map((margin) => judged(design, comparison, margin).certifiedRank ?? Infinity);
    expect(certified).toEqual([...certified].sort((a, b) => b - a));
  }
  expect(changes).toBeGreaterThan(300);
});

test("300 random tables: sharper bounds of larger ranks never move the recommendation to a larger rank", () => {
  let sharpened = 0;
  for (const { design, comparison } of tables) {
    for (const margin of margins) {
      const { rank } = judged(design, comparison, margin);
      if (rank === null) continue;
      const pairs = comparison.pairs.map((pair) => {
        const [first, second] = pair.boundWidths;
        const sharper = (one: number, width: number): number => (one > rank ? width / 4 : width);
        return {
          ...pair,
          boundWidths: [sharper(pair.first, first), sharper(pair.second, second)] as const,
        };
      });
      const again = judged(design, { ...comparison, pairs }, margin).rank;
      expect(again === null ? Infinity : again).toBeLessThanOrEqual(rank);
      sharpened++;
    }
  }
  expect(sharpened).toBeGreaterThan(1000);
});

test("300 random tables: a rank above the smallest is recommended only where every smaller one has lost something", () => {
  for (const { design, comparison } of tables) {
    const are = comparison.pairs.some(({ supported }) => supported) ? "differing" : "alike";
    for (const margin of margins) {
      const { rank } = judged(design, comparison, margin);
      if (rank === null) continue;
      for (const smaller of design.ranks.filter((one) => one < rank))
        expect(shortfallAtLeast(comparison.pairs, smaller, are)).toBeGreaterThan(0);
    }
  }
});
