import { describe, expect, test } from "vitest";
import { comparePrior } from "../../../src/checks/class-prior/find.ts";
import { priorOfShare } from "../../../src/decide/class-prior-loss.ts";
import type { OutcomeTable } from "../../../src/decide/outcomes.ts";
import { pairedDesign } from "../../../src/decide/paired-design.ts";
import { decide } from "../../../src/index.ts";
import type { ClassPriorComparison } from "../../../src/schema/types.ts";
import { accuracyAlone, constantTable, drawSweep } from "./prior-worlds.ts";

const stateOf = (table: OutcomeTable): ClassPriorComparison["state"] => decide(table).classPrior!.state;

describe("runs that always give one answer", () => {
  test("are in doubt, and no better once their examples have classes", () => {
    const { prior, ...table } = constantTable({ sure: 0.5 });
    expect(decide(table)).toMatchObject({ rank: null, classPrior: { source: "agreement" } });
    const decision = decide({ ...table, prior });
    expect(decision).toMatchObject({ verdict: "inconclusive", rank: null, bestRank: 2 });
    expect(decision.classPrior).toMatchObject({ state: "not-better", source: "labels", accuracy: 0.7 });
    expect(decision.pairs).toHaveLength(1);
    for (const claim of ["needed", "returns", "selection"]) expect(decision).not.toHaveProperty(claim);
  });

  test("are not better, however sure they are of it, the right share too", () => {
    for (const sure of [0.5, 0.69, 0.7, 0.71, 0.999])
      expect(stateOf(constantTable({ sure }))).toBe("not-better");
    // as float32 has it, and summed up in another order
    const third = constantTable({ share: 1 / 3, examples: 900, sure: Math.fround(1 / 3) });
    expect(stateOf(third)).toBe("not-better");
  });

  test("are compared by hand: no accuracy apart, and the log loss of a half against the entropy of 0.7", () => {
    const [rank] = decide(constantTable({ sure: 0.5 })).classPrior!.ranks;
    const entropy = -0.7 * Math.log(0.7) - 0.3 * Math.log(0.3);
    expect(rank!.accuracy).toBe(0);
    // rule of three at the tail 0.05 / 2 / (2 ranks · 2 metrics)
    expect(rank!.accuracyInterval[1]).toBeCloseTo(-Math.log(0.05 / 8) / 800, 12);
    expect(rank!.logLoss).toBeCloseTo(entropy - Math.LN2, 12);
  });

  test("on few examples leave it open, and no rank is recommended either", () => {
    const { prior, ...table } = constantTable({ examples: 200, sure: 0.5 });
    expect(decide(table)).toMatchObject({ rank: null, classPrior: { source: "agreement" } });
    const decision = decide({ ...table, prior });
    expect(decision).toMatchObject({ verdict: "inconclusive", rank: null, classPrior: { state: "unclear" } });
  });

  test("on two examples are apart by no more than accuracies can be", () => {
    const [rank] = decide(constantTable({ share: 0.5, examples: 2, sure: 0.5 })).classPrior!.ranks;
    expect(rank!.accuracyInterval).toEqual([-1, 1]);
  });

  test("with no more known than the share of the largest class are not recommended either", () => {
    const { prior: _, ...table } = constantTable({ sure: 0.5 });
    const decision = decide({ ...table, prior: priorOfShare(0.7, 2, 800) });
    expect(decision).toMatchObject({ verdict: "inconclusive", rank: null, classPrior: { state: "unclear" } });
  });

  test("of which nothing is known may have learned, so that nothing is excluded", () => {
    const table = constantTable({ sure: 0.5 });
    const decision = decide({ ...table, prior: { ...table.prior, source: "agreement" } });
    expect(decision).toMatchObject({ verdict: "inconclusive", rank: null, classPrior: { state: "unclear" } });
  });
});

describe("a rank that has learned", () => {
  test("in one sense alone is enough", () => {
    // Names the largest class always, and knows where it does so wrongly.
    const table = constantTable();
    const surer = table.cells.map((cell) => ({
      ...cell,
      logLoss: Array.from(cell.correct, (right) => (right === 1 ? 0.2 : 0.75)),
    }));
    expect(stateOf({ ...table, cells: surer })).toBe("better");
    // Names many examples rightly, and is far too sure of the others.
    const { cells, ...drawn } = drawSweep({ right: [0.95, 0.6] }, 1);
    const loud = cells.map((cell) => ({
      ...cell,
      logLoss: Array.from(cell.correct, (right) => (right === 1 ? 0.001 : 9)),
    }));
    const { classPrior } = decide({ ...drawn, cells: loud });
    expect(classPrior!.state).toBe("better");
    expect(classPrior!.ranks[0]!.logLoss).toBeLessThan(-0.1);
  });

  test("is enough where another has not, and where some of its seeds have not", () => {
    const learned = drawSweep({ ranks: [4], right: [0.95, 0.6] }, 1);
    const constant = learned.cells.map((cell) => ({ ...cell, rank: 2, correct: learned.prior.correct }));
    const table = { ...learned, ranks: [2, 4], cells: [...constant, ...learned.cells] };
    const { classPrior } = decide(accuracyAlone(table));
    expect(classPrior!.ranks.map(({ isBetter }) => isBetter)).toEqual([false, true]);
    expect(classPrior!.state).toBe("better");
    const [first, second] = learned.cells;
    const half = [first!, { ...second!, correct: learned.prior.correct }].map(({ rank, seed, correct }) => ({
      rank,
      seed,
      correct,
    }));
    expect(stateOf({ ...learned, seeds: [0, 1], cells: half })).toBe("better");
  });

  test("is recommended alone: a smaller one that has not learned is recommended only where it is certified", () => {
    const learned = drawSweep({ ranks: [4], seeds: 2, right: [0.98, 0.2] }, 1);
    const constant = learned.cells.map((cell) => ({ ...cell, rank: 2, correct: learned.prior.correct }));
    const table = accuracyAlone({ ...learned, ranks: [2, 4], cells: [...constant, ...learned.cells] });
    const { prior: _, ...unknown } = table;
    const bound = decide(unknown, { margin: 0.5 }).ranks[0]!.shortfallBound!;
    // Not certified, but within two margins by the bound of open verdicts, 0.103.
    const margin = 0.99 * bound;
    expect(decide(unknown, { margin })).toMatchObject({ verdict: "indistinguishable", rank: 2 });
    expect(decide(table, { margin })).toMatchObject({
      ...{ verdict: "inconclusive", rank: null, certifiedRank: 4, bestBet: { rank: 4 } },
      classPrior: { ranks: [{ isBetter: false }, { isBetter: true }] },
    });
    expect(decide(table, { margin: bound })).toMatchObject({ verdict: "adequate", rank: 2 });
  });
});

describe("error rates: 200 drawn sweeps", () => {
  const statesOf = (world: Parameters<typeof drawSweep>[0], drop = false) =>
    Array.from({ length: 200 }, (_, seed) => {
      const table = drawSweep(world, seed);
      const { prior, ...outcomes } = drop ? accuracyAlone(table) : table;
      return comparePrior(pairedDesign(outcomes), prior, {
        confidence: 0.95,
        metric: "accuracy",
        margin: 0.01,
        secondary: [],
      }).state;
    });
  const countOf = (states: readonly string[], wanted: string): number =>
    states.filter((state) => state === wanted).length;

  test.each([
    [400, [0.97, 0.03]],
    [800, [0.97, 0.03]],
    [800, [0.7, 0.3]],
    [3000, [0.9, 0.1]],
  ] as const)("%i examples: answers at random are called better in at most 5 %%", (examples, right) => {
    // Four ranks: that any of them is called better.
    const states = statesOf({ examples, right, ranks: [2, 4, 8, 16] });
    expect(countOf(states, "better")).toBeLessThanOrEqual(10);
  });

  test.each([
    [400, [0.93, 0.21]], // 1.4 points better
    [800, [0.93, 0.21]],
    [3000, [0.93, 0.2]], // 1.1 points
    [3000, [0.98, 0.09]], // 1.3 points
  ] as const)(
    "%i examples: a little better than the margin is called not better in at most 5 %%",
    (examples, right) => {
      expect(countOf(statesOf({ examples, right }, true), "not-better")).toBeLessThanOrEqual(10);
    },
  );

  test.each([
    [400, [0.98, 0.2]], // 4.6 points better
    [800, [0.97, 0.15]], // 2.4 points
    [3000, [0.98, 0.08]], // 1.0 point
  ] as const)(
    "%i examples: what has learned this much is recommended in at least 95 %%",
    (examples, right) => {
      expect(countOf(statesOf({ examples, right }), "better")).toBeGreaterThanOrEqual(190);
    },
  );
});
