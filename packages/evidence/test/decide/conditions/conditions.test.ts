import { describe, expect, test } from "vitest";
import { decide, decideResults, decideScores, type ScoredRun } from "../../../src/index.ts";
import type { DecidableResults } from "../../../src/methods/decide-results.ts";
import type { Decision, SecondaryOutcome, TrialResult } from "../../../src/schema/types.ts";
import { nestedTable } from "../tables.ts";

/** Offsets of five seeds, with mean 0 and unlike for each rank. */
const offsets = [
  [-2, 1, 0, 2, -1],
  [1, -2, 2, -1, 0],
  [0, 2, -1, -2, 1],
  [2, -1, -2, 0, 1],
];

interface Planted {
  readonly rank: number;
  readonly score: number;
  readonly forgetting: number;
  readonly latency?: number;
}

function runsOf(planted: readonly Planted[], seeds = 5): ScoredRun[] {
  return planted.flatMap(({ rank, score, forgetting, latency = 1 }, r) =>
    Array.from({ length: seeds }, (_, seed): ScoredRun => {
      const noise = offsets[r]![seed]! / 1000;
      return {
        ...{ rank, seed, score: score + noise },
        secondary: [
          { name: "forgetting", values: [forgetting + offsets[(r + 1) % 4]![seed]! / 1000] },
          { name: "latency", values: [latency + noise] },
        ],
      };
    }),
  );
}

const forgetting: SecondaryOutcome = { name: "forgetting", better: "lower", limit: 0.05 };
const settings = { metric: "higher:f1", margin: 0.01 } as const;

function decided(planted: readonly Planted[], secondary = [forgetting], seeds = 5): Decision {
  return decideScores({ runs: runsOf(planted, seeds) }, { ...settings, secondary });
}

function statesIn({ secondary }: Decision) {
  return secondary![0]!.ranks.map(({ condition }) => condition);
}

const binding: readonly Planted[] = [
  { rank: 4, score: 0.6, forgetting: 0.01 },
  { rank: 8, score: 0.7, forgetting: 0.03 },
  { rank: 32, score: 0.75, forgetting: 0.12 },
];

describe("a condition that binds", () => {
  const decision = decided(binding);

  test("names the best rank that meets it, against those that may", () => {
    expect(decision).toMatchObject({ verdict: "adequate", rank: 8, certifiedRank: 8 });
    expect(statesIn(decision)).toEqual(["met", "met", "violated"]);
    const eight = decision.ranks.find(({ rank }) => rank === 8)!;
    expect(eight.shortfallBound).toBeLessThan(0);
  });
  test("tells what the metric alone names, and the cost", () => {
    expect(decision.byTask).toMatchObject({ verdict: "extend", rank: 32, certifiedRank: 32 });
    expect(decision.byTask!.advantage).toBeCloseTo(0.05, 12);
    const alone = decideScores({ runs: runsOf(binding) }, settings);
    const pair = alone.pairs!.find(({ first, second }) => first === 8 && second === 32)!;
    const [low, high] = decision.byTask!.interval!;
    expect([-high, -low]).toEqual([
      expect.closeTo(pair.interval[0], 12),
      expect.closeTo(pair.interval[1], 12),
    ]);
  });
  test("has the bound of Student's t at the rank's tail: 5 % / 3 over two ranks", () => {
    const { mean, bound } = decision.secondary![0]!.ranks[1]!;
    expect(mean).toBeCloseTo(0.03, 12);
    // qt(1 - 0.05 / 6, 4) = 3.960; variance 2.5e-6 over five runs.
    expect(bound).toBeCloseTo(0.03 + 3.9608 * Math.sqrt(2.5e-6 / 5), 6);
  });
  test("says so in words", () => {
    expect(decision.explanation).toMatch(
      /^Use rank 8: it meets the condition, and no other rank that may meet it is better\./,
    );
    expect(decision.explanation).toContain(
      "Forgetting must be at most 0.05: rank 8 meets it (0.03, at most 0.0328 at 95% confidence); rank 32 violates it.",
    );
    expect(decision.explanation).toMatch(/By f1 alone it would be rank 32, 0\.0500 ± 0\.00\d+ f1 better\./);
    expect(decision.explanation).not.toContain("No compared rank is cheaper");
    // Rank 32 was tried: rank 16 is no advice.
    expect(decision.explanation).not.toContain("Add rank");
  });
});

test("a gain up to a rank that violates a condition promises nothing beyond it", () => {
  const { explanation } = decided(binding);
  expect(explanation).toContain("The last step that paid leads from rank 8 to rank 32");
  expect(explanation).not.toContain("the next may pay too");
});

test("a condition that nobody meets leaves no rank and no bet, and tells who comes nearest", () => {
  const decision = decided(binding, [{ ...forgetting, limit: 0.001 }]);
  expect(decision).toMatchObject({ verdict: "inconclusive", rank: null, certifiedRank: null });
  expect(decision.bestBet).toBeUndefined();
  expect(decision.byTask).toMatchObject({ rank: 32 });
  expect(decision.byTask!.advantage).toBeUndefined();
  expect(decision.explanation).toMatch(/^No rank is shown to meet the conditions\./);
  expect(decision.explanation).toContain("no rank is shown to meet it, and rank 4 comes nearest (0.01)");
});

test("a condition that all meet leaves the verdict as it is, and is added in words", () => {
  const alone = decideScores({ runs: runsOf(binding) }, settings);
  const decision = decided(binding, [{ ...forgetting, limit: 0.5 }]);
  const { verdict, rank, certifiedRank } = alone;
  expect(decision).toMatchObject({ verdict, rank, certifiedRank });
  expect(decision.byTask).toBeUndefined();
  expect(decision.pairs).toEqual(alone.pairs);
  expect(decision.explanation).toContain("Forgetting must be at most 0.5: rank 32 meets it");
});

test("a rank whose condition is open is compared, never named, and the bet is among means that meet it", () => {
  const decision = decided([
    { rank: 4, score: 0.6, forgetting: 0.0495 },
    { rank: 8, score: 0.7, forgetting: 0.0495 },
    { rank: 32, score: 0.75, forgetting: 0.0505 },
  ]);
  expect(statesIn(decision)).toEqual(["open", "open", "open"]);
  expect(decision).toMatchObject({ verdict: "inconclusive", rank: null, certifiedRank: null });
  expect(decision.bestBet).toMatchObject({ rank: 8, mayLose: expect.any(Number) });
  // Rank 32 may meet the condition, so it counts as a rival.
  expect(decision.bestBet!.mayLose).toBeGreaterThan(0.04);
  expect(decision.explanation).toContain("for rank 8 it is open (mean 0.0495)");
  expect(decision.explanation).toContain("although 2 means do");
});

test("a met rank is not certified while an open rank is better", () => {
  const decision = decided([
    { rank: 4, score: 0.7, forgetting: 0.01 },
    { rank: 8, score: 0.75, forgetting: 0.0505 },
  ]);
  expect(statesIn(decision)).toEqual(["met", "open"]);
  expect(decision).toMatchObject({ rank: null, certifiedRank: null, bestBet: { rank: 4 } });
});

test("the only rank left is adequate if it meets the condition", () => {
  const decision = decided([
    { rank: 8, score: 0.7, forgetting: 0.03 },
    { rank: 32, score: 0.75, forgetting: 0.12 },
  ]);
  expect(decision).toMatchObject({ verdict: "adequate", rank: 8, certifiedRank: 8 });
  expect(decision.ranks[0]!.shortfallBound).toBeUndefined();
  expect(decision.explanation).toContain("Every other rank violates a condition.");
});

test("each of two conditions can bind, and a lower bound is a condition, too", () => {
  const planted = binding.map((one) => ({ ...one, latency: one.rank === 4 ? 1 : 2 }));
  const latency: SecondaryOutcome = { name: "latency", better: "higher", limit: 1.5 };
  const decision = decided(planted, [forgetting, latency]);
  expect(decision.secondary![1]!.ranks.map(({ condition }) => condition)).toEqual(["violated", "met", "met"]);
  expect(decision).toMatchObject({ verdict: "adequate", rank: 8 });
  expect(decision.explanation).toMatch(/^Use rank 8: it meets the 2 conditions\./);
});

test("a single seed claims nothing, and has no interval for a single value", () => {
  const decision = decided(binding, undefined, 1);
  expect(statesIn(decision)).toEqual(["open", "open", "open"]);
  expect(decision).toMatchObject({ verdict: "inconclusive", rank: null, bestBet: { rank: 8 } });
  expect(decision.secondary![0]!.ranks[0]).toEqual({ rank: 4, mean: 0.011, condition: "open" });
  expect(decision.explanation).toContain("rank 8, the best of the means that meet the limits");
});

test("an outcome that is told changes nothing else", () => {
  const { limit: _, ...told } = forgetting;
  const { secondary, ...decision } = decided(binding, [told]);
  expect(decision).toEqual(decideScores({ runs: runsOf(binding) }, settings));
  expect(secondary![0]!.ranks[0]).toEqual({
    ...{ rank: 4, mean: expect.closeTo(0.01, 12) },
    interval: [expect.any(Number), expect.any(Number)],
  });
});

describe("outcomes by example", () => {
  const { cells, ...rest } = nestedTable({ 4: [0.7, 0.71, 0.7], 8: [0.8, 0.81, 0.8], 32: [0.9, 0.91, 0.9] });
  const nats: Readonly<Record<number, number>> = { 4: 0.01, 8: 0.02, 32: 0.2 };
  const withLosses = cells.map((cell) => ({
    ...cell,
    secondary: [
      {
        name: "forgetting",
        values: Array.from({ length: 300 }, (_, e) => nats[cell.rank]! + Math.sin(e + 7 * cell.seed) / 20),
      },
    ],
  }));
  const table = { ...rest, cells: withLosses };

  test("may be on examples of their own", () => {
    const decision = decide(table, { secondary: [forgetting] });
    expect(decision.secondary![0]).toMatchObject({ examples: 300, limit: 0.05 });
    expect(statesIn(decision)).toEqual(["met", "met", "violated"]);
    expect(decision).toMatchObject({ verdict: "adequate", rank: 8, byTask: { rank: 32 } });
  });
  test("are read of a sweep's results, with the sweep's conditions or other limits", () => {
    const trials = withLosses.map(({ rank, seed, correct, secondary }) => ({
      spec: { seed, lora: { rank }, optimizer: {}, base: {}, data: {}, task: {} },
      status: "completed",
      lossCurve: [{ step: 1, loss: rank + seed, learningRate: 1 }],
      evaluation: { correct: Array.from(correct), secondary },
    })) as unknown as TrialResult[];
    const sweep = {
      ...{ ranks: [4, 8, 32], seeds: [0, 1, 2], metric: "accuracy" as const, margin: 0.01, confidence: 0.95 },
      secondary: [{ ...forgetting, unit: "nats" }],
    } as const;
    const results: DecidableResults = { trials, sweep };
    expect(decideResults(results)).toMatchObject({ rank: 8, secondary: [{ unit: "nats", limit: 0.05 }] });
    expect(decideResults(results).explanation).toContain("at most 0.05 nats");
    const loose = decideResults(results, { secondary: [{ ...forgetting, limit: 1 }] });
    expect(loose).toMatchObject({ rank: 32, secondary: [{ unit: "nats", limit: 1 }] });
    const unknown = { ...forgetting, name: "latency" };
    expect(() => decideResults(results, { secondary: [unknown] })).toThrow(
      "must be of its secondary outcomes, forgetting (lower is better), got latency (lower is better)",
    );
    for (const method of ["race", "probe"] as const)
      expect(() => decideResults({ ...results, sweep: { ...sweep, method } })).toThrow(
        `a sweep by ${method} must have no condition, since it drops ranks by the metric alone`,
      );
    const { limit: _, ...told } = forgetting;
    const race = decideResults({ ...results, sweep: { ...sweep, method: "race", secondary: [told] } });
    expect(race.secondary![0]!.ranks.map(({ rank }) => rank)).toEqual(race.ranks.map(({ rank }) => rank));
  });
  test("with seeds apart are judged by each rank's own runs", () => {
    const apart = withLosses.map((cell) => ({ ...cell, seed: cell.seed + 10 * cell.rank }));
    const seeds = apart.map(({ seed }) => seed);
    const decision = decide({ ...rest, cells: apart, seeds }, { secondary: [forgetting] });
    expect(decision).toMatchObject({ seedsAre: "apart", rank: 8 });
    expect(statesIn(decision)).toEqual(["met", "met", "violated"]);
  });
  test("must be present, finite and equally many in all runs", () => {
    const refused = (secondary: (typeof withLosses)[0]["secondary"]) => () =>
      decide(
        { ...table, cells: [...withLosses.slice(0, -1), { ...withLosses.at(-1)!, secondary }] },
        {
          secondary: [forgetting],
        },
      );
    expect(refused([])).toThrow("rank 32, seed 2: forgetting must be present in all runs, got none");
    expect(refused([{ name: "forgetting", values: [1] }])).toThrow("forgetting must have 300 values, got 1");
    const values = withLosses[0]!.secondary[0]!.values.with(3, Number.NaN);
    expect(refused([{ name: "forgetting", values }])).toThrow("forgetting must be a number, got NaN");
  });
});

test("wrong conditions are refused by name", () => {
  const refused = (secondary: SecondaryOutcome[]) => () => decided(binding, secondary);
  expect(refused([forgetting, forgetting])).toThrow("forgetting must be one secondary outcome, got it again");
  expect(refused([{ ...forgetting, limit: Number.NaN }])).toThrow(
    "limit of forgetting must be a finite number",
  );
  expect(refused([{ ...forgetting, better: "less" as "lower" }])).toThrow(
    "better of forgetting must be higher or lower",
  );
});

test("arms meet conditions, too", () => {
  const axis = { by: "model", names: ["a", "b", "c"], cost: { of: "params", values: [3, 1, 2] } };
  const numbers: Readonly<Record<number, number>> = { 4: 1, 8: 2, 32: 3 };
  const runs = runsOf(binding).map((run) => ({ ...run, rank: numbers[run.rank]! }));
  const decision = decideScores({ runs, axis }, { ...settings, secondary: [forgetting] });
  // By cost: b, c, a.
  expect(decision.axis!.names).toEqual(["b", "c", "a"]);
  expect(statesIn(decision)).toEqual(["met", "violated", "met"]);
  expect(decision.rank).toBe(1);
  expect(decision.explanation).toContain("b meets it (0.03");
  expect(decision.explanation).toContain("c violates it");
});
