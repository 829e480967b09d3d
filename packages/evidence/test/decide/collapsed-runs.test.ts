import { describe, expect, test } from "vitest";
import { collapsedRuns } from "../../src/decide/collapsed-runs.ts";
import { decide, decideScores } from "../../src/index.ts";
import { metricOf, metrics } from "../../src/schema/metric.ts";
import { claimsOf } from "../../src/words/claims-of.ts";
import { inWords } from "../../src/words/in-words.ts";
import { find } from "../words/find.ts";
import { nestedTable } from "./tables.ts";

const { accuracy } = metrics;
// As published runs of RoBERTa on QNLI: one seed of rank 64 names the majority class.
const scores = {
  8: [0.861, 0.853, 0.858, 0.864, 0.857],
  16: [0.859, 0.862, 0.851, 0.866, 0.86],
  32: [0.866, 0.858, 0.861, 0.869, 0.859],
  64: [0.861, 0.495, 0.842, 0.867, 0.855],
};

describe("a run collapsed", () => {
  test("if it is far below its rank's other seeds and every other run", () => {
    expect(collapsedRuns(Object.values(scores), accuracy, 0.01)).toEqual([{ rank: 3, seed: 1 }]);
  });

  test("of log loss if it is far above them", () => {
    const losses = Object.values(scores).map((row) => row.map((score) => 1 - score));
    expect(collapsedRuns(losses, metrics["log-loss"], 0.02)).toEqual([{ rank: 3, seed: 1 }]);
    expect(collapsedRuns(losses, accuracy, 0.01)).toEqual([]);
  });

  test("also where another rank's runs mostly did, which is no run's fault", () => {
    const [first, ...others] = Object.values(scores);
    const stuck = [first!.map((score, seed) => (seed < 3 ? 0.5 : score)), ...others];
    expect(collapsedRuns(stuck, accuracy, 0.01)).toEqual([{ rank: 3, seed: 1 }]);
  });

  test("not if its seed is bad for all ranks, if ranks vary as much, or if it is near the others", () => {
    const badSeed = Object.values(scores).map((row) => row.map((score, seed) => (seed === 1 ? 0.5 : score)));
    expect(collapsedRuns(badSeed, accuracy, 0.01)).toEqual([]);
    const loud = [
      [0.86, 0.7, 0.9, 0.75, 0.8],
      [0.6, 0.85, 0.7, 0.8, 0.9],
    ];
    expect(collapsedRuns(loud, accuracy, 0.01)).toEqual([]);
    const near = Object.values(scores).map((row) => row.map((score) => (score < 0.6 ? 0.835 : score)));
    expect(collapsedRuns(near, accuracy, 0.01)).toEqual([]);
  });

  test("of a score of unknown unit by the margin, and of none if runs do not vary and the margin is 0", () => {
    expect(collapsedRuns([...Object.values(scores)], metricOf("higher:f1"), 0.02)).toEqual([
      { rank: 3, seed: 1 },
    ]);
    const even = [
      [1, 1, 0.9],
      [1, 1, 1],
    ];
    expect(collapsedRuns(even, metricOf("higher:f1"), 0)).toEqual([]);
  });

  test("of none if two seeds or one rank are all", () => {
    const two = Object.values(scores).map((row) => row.slice(0, 2));
    expect(collapsedRuns(two, accuracy, 0.01)).toEqual([]);
    expect(collapsedRuns([scores[64]], accuracy, 0.01)).toEqual([]);
  });
});

describe("a decision with a collapsed run", () => {
  const decision = decide(nestedTable(scores, 4000), { margin: 0.02 });
  const clean = decide(nestedTable({ ...scores, 64: scores[8] }, 4000), { margin: 0.02 });
  const boundOf = (one: typeof decision, rank: number) =>
    one.ranks.find((row) => row.rank === rank)!.shortfallBound!;

  test("names it, and the verdict without it", () => {
    expect(decision.collapsed).toEqual([{ rank: 64, seed: 1, score: 0.495, others: [0.842, 0.867] }]);
    expect(decision.withoutCollapsed).toMatchObject({ verdict: "adequate", rank: 8 });
    const words = inWords(find(decision, "collapsed")!);
    expect(words).toContain("Seed 1 of rank 64 scored 49.5%, its other seeds 84.2 to 86.7%. Without it");
    expect(decision.explanation).toContain(words);
    expect(clean.collapsed).toBeUndefined();
    expect(claimsOf(clean).some(({ kind }) => kind === "collapsed")).toBe(false);
  });

  test("keeps the pairs that the run is no part of as narrow as without it", () => {
    const widthOf = (one: typeof decision) => {
      const { interval } = one.pairs!.find(({ first, second }) => first === 8 && second === 32)!;
      return interval[1] - interval[0];
    };
    expect(widthOf(decision)).toBeLessThan(1.3 * widthOf(clean));
    expect(boundOf(decision, 64)).toBeGreaterThan(0.1);
  });
});

describe("scores of whole runs with a collapsed one", () => {
  const seeds = [42, 123, 456, 789, 1024];
  const runsWith = (seedOf: (rank: number, index: number) => number | undefined) =>
    Object.entries(scores).flatMap(([rank, row]) =>
      row.map((score, index) => {
        const seed = seedOf(Number(rank), index);
        return { rank: Number(rank), score, ...(seed === undefined ? {} : { seed }) };
      }),
    );

  test("bet without it on the best mean, where they settle nothing", () => {
    const { withoutCollapsed } = decideScores(
      { runs: runsWith((_, index) => seeds[index]) },
      { margin: 0.001 },
    );
    expect(withoutCollapsed).toMatchObject({ rank: null, certifiedRank: null, bestBet: { rank: 32 } });
  });

  test("name its seed, and decide again without it", () => {
    const decision = decideScores({ runs: runsWith((_, index) => seeds[index]) }, { margin: 0.02 });
    expect(decision.collapsed).toMatchObject([{ rank: 64, seed: 123, score: 0.495 }]);
    expect([decision.rank, decision.withoutCollapsed?.rank]).toEqual([null, 8]);
    expect(decision.explanation).toContain(
      "Seed 123 of rank 64 scored 49.5%, its other seeds 84.2 to 86.7%.",
    );
  });

  test("name its own seed where ranks have seeds of their own, and none where it is unknown", () => {
    const apart = decideScores({ runs: runsWith((rank, index) => 1000 * rank + index) }, { margin: 0.02 });
    expect(apart.collapsed).toMatchObject([{ rank: 64, seed: 64_001 }]);
    const unknown = decideScores({ runs: runsWith(() => undefined) }, { margin: 0.02 });
    expect(unknown.collapsed).toEqual([{ rank: 64, score: 0.495, others: [0.842, 0.867] }]);
    expect(unknown.explanation).toContain("A run of rank 64 scored 49.5%, its other runs 84.2 to 86.7%.");
  });
});
