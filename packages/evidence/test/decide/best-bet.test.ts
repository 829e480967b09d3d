import { describe, expect, test } from "vitest";
import { bestBetOf } from "../../src/decide/best-bet.ts";
import type { PairComparison } from "../../src/decide/compare.ts";
import { decide } from "../../src/index.ts";
import { randomStream } from "../../src/statistics/random.ts";
import { nestedTable, withClasses } from "./tables.ts";

const seeds = 3;
const examples = 100;

/** Bets on ranks with these observed means, each with a noise of 1 from its seeds, and `example` from the examples. */
function betOn(means: readonly number[], { example = 0, certified = undefined as number | undefined } = {}) {
  const ranks = means.map((_, index) => 2 ** index);
  const pairs = ranks.flatMap((first, i) =>
    ranks.slice(i + 1).map((second, j) => {
      const components = { seed: 0, example: 2 * example * examples, residual: 0 };
      const mean = means[i]! - means[i + 1 + j]!;
      const fit = { mean, seeds, examples, seedSquare: 2 * seeds * examples, components };
      return { first, second, boundWidths: [2, 2], fit } as unknown as PairComparison;
    }),
  );
  const bestRank = ranks[means.indexOf(Math.max(...means))]!;
  const comparison = { pairs, tails: {} as never, sample: {} as never, collapsed: [] };
  const open = { ranks, seeds, comparison, certifiedRank: certified ?? null, bestRank };
  return bestBetOf({ ...open, metric: "lower:loss" });
}

describe("the best bet", () => {
  test("is the best mean with its bound, or the certified rank, which is expected to lose more", () => {
    const open = betOn([0, 1, 0.5]);
    expect(open).toMatchObject({ rank: 2, mayLose: 1.5 });
    const certified = betOn([0, 1, 0.5], { certified: 1 });
    expect(certified.rank).toBe(1);
    expect(certified.expectedLoss).toBeGreaterThan(open.expectedLoss!);
    expect(certified.oneMoreSeed).toEqual(open.oneMoreSeed);
  });

  test("names for one more seed the ranks that may be the best, and no other", () => {
    const { oneMoreSeed, expectedLoss } = betOn([0, 20, 20.5, 21]);
    expect(oneMoreSeed?.ranks).toEqual([2, 4, 8]);
    expect(oneMoreSeed?.saves).toBeGreaterThan(0);
    expect(oneMoreSeed?.saves).toBeLessThan(expectedLoss!);
    expect(betOn([0, 20, 40]).oneMoreSeed).toBeUndefined();
  });

  test("saves less by a seed where the examples decide", () => {
    const [seedsOnly, withExamples] = [betOn([0, 1]), betOn([0, 1], { example: 2 })];
    expect(withExamples.oneMoreSeed!.saves).toBeLessThan(seedsOnly.oneMoreSeed!.saves);
    expect(withExamples.expectedLoss).toBeGreaterThan(seedsOnly.expectedLoss!);
  });

  test("expects to lose nothing where ranks do not vary, and says so of the mean of two equal ones too", () => {
    const even = decide(nestedTable({ 4: [0.9, 0.9, 0.9], 16: [0.9, 0.9, 0.9], 64: [0.9, 0.9, 0.9] }, 40));
    expect(even.verdict).toBe("inconclusive");
    expect(even.bestBet).toMatchObject({ rank: 4, expectedLoss: 0 });
    expect(even.bestBet?.oneMoreSeed).toBeUndefined();
  });

  test("is absent from a verdict that recommends a rank", () => {
    const decision = decide(withClasses(nestedTable({ 4: [0.9, 0.9, 0.9], 32: [0.9, 0.9, 0.9] }, 4000)));
    expect(decision.rank).toBe(4);
    expect(decision.bestBet).toBeUndefined();
  });

  // The prior is not that of these worlds; equal ranks lose nothing, which no estimate from noise can know.
  test.each([0.5, 1, 2, 4])("expects the loss that is seen where true means differ by %d", (spread) => {
    const random = randomStream(1);
    const draws = 150;
    let [expected, seen] = [0, 0];
    for (let i = 0; i < draws; i++) {
      const truths = Array.from({ length: 6 }, () => spread * random.normal());
      const observed = truths.map((truth) => truth + random.normal());
      expected += betOn(observed).expectedLoss! / draws;
      seen += (Math.max(...truths) - truths[observed.indexOf(Math.max(...observed))]!) / draws;
    }
    expect(Math.abs(expected - seen)).toBeLessThan(0.1);
  });
});
