import { expect, test } from "vitest";
import { classOutcomes, trueValue } from "../../bench/class-worlds.ts";
import { checkClaims, checkWords } from "../../src/checks/claims.ts";
import { comparedIn } from "../../src/claims/compared.ts";
import { compareRanks } from "../../src/decide/compare.ts";
import { outcomesFromRows } from "../../src/decide/outcomes-from-rows.ts";
import { pairedDesign } from "../../src/decide/paired-design.ts";
import { decide, type Outcome } from "../../src/index.ts";
import { readOutcomes } from "../../src/readers/read-outcomes.ts";
import { readRun } from "../../src/readers/read-run.ts";
import { metricOf } from "../../src/schema/metric.ts";
import { evaluationOf, scoreIn, scoresOf } from "../../src/schema/scores.ts";
import type { SetMetricName } from "../../src/schema/set-metrics.ts";
import { randomStream } from "../../src/statistics/random.ts";
import { csv } from "../helpers/outcome-rows.ts";
import { written } from "../helpers/written-scores.ts";

/**
 * Runs of ranks 1, 4 and 8 on 2 % positives. Rank 1 calls everything ham. The others name a fifth and most of the spam, and
 * as much ham wrongly as makes them as accurate.
 */
function planted(): Outcome[] {
  const examples = 3000;
  const positives = 60;
  return [1, 4, 8].flatMap((rank) =>
    [0, 1, 2].flatMap((seed) => {
      const { normal, uniform } = randomStream(100 * rank + seed);
      const named = { 1: 0, 4: 0.2, 8: 0.85 }[rank]!;
      return Array.from({ length: examples }, (_, example): Outcome => {
        const isSpam = example < positives;
        const isNamed = isSpam
          ? uniform() < named
          : example < positives + Math.round(named * positives) - (seed % 2);
        const prediction = isNamed ? "spam" : "ham";
        const label = isSpam ? "spam" : "ham";
        const positiveScore = normal() + (isSpam ? { 1: 0, 4: 1, 8: 2.5 }[rank]! : 0);
        return {
          rank,
          seed,
          example,
          correct: prediction === label ? 1 : 0,
          label,
          prediction,
          positiveScore,
        };
      });
    }),
  );
}

const rows = planted();

test("where accuracy says nothing, F1, Matthews correlation and AUROC tell ranks apart", () => {
  const byAccuracy = decide(outcomesFromRows(rows), { margin: 0.01 });
  for (const { accuracy } of byAccuracy.ranks) expect(Math.abs(accuracy! - 0.98)).toBeLessThan(0.005);
  expect(byAccuracy.pairs!.some(({ interval: [low, high] }) => low > 0.005 || high < -0.005)).toBe(false);
  for (const metric of ["f1", "macro-f1", "mcc", "auroc"] as const) {
    const decision = decide(outcomesFromRows(rows, { metric }), { metric, margin: 0.05 });
    expect(decision).toMatchObject({ verdict: "extend", bestRank: 8, rank: 8 });
    expect(decision.pairs!.every(({ interval: [low, high] }) => low > 0 || high < 0)).toBe(true);
    const [none] = decision.ranks;
    if (metric === "f1" || metric === "mcc") expect(scoreIn(none, metricOf(metric))).toBe(0);
    expect(decision.classPrior!.state).toBe("better");
  }
});

test("the decision names the positive class and counts its examples", () => {
  const read = (positive?: string) =>
    decide(outcomesFromRows(rows, { metric: "f1", positive }), { metric: "f1" });
  expect(read().classes).toEqual({
    count: 2,
    rarest: { name: "spam", examples: 60 },
    positive: { name: "spam", examples: 60 },
  });
  const other = read("ham");
  expect(other.classes!.positive).toEqual({ name: "ham", examples: 2940 });
  expect(scoreIn(other.ranks[0], metricOf("f1"))).toBeGreaterThan(0.98);
  expect(() => read("eggs")).toThrow(
    "the positive class must be a class of the outcomes, one of spam, ham, got eggs",
  );
});

test("columns of set metrics are read only for them, and then needed in every row", async () => {
  const table = written(
    "outcomes.csv",
    csv(rows.map((row, i) => ({ ...row, prediction: i === 5 ? "" : row.prediction })) as never),
  );
  const without = await readOutcomes(table);
  expect(Object.keys(without.cells[0]!)).toEqual(["rank", "seed", "correct"]);
  expect(without.classes).toBeUndefined();
  await expect(readOutcomes(table, { setMetric: "f1" })).rejects.toThrow("prediction is empty");
  const scored = await readOutcomes(table, { setMetric: "auroc" });
  expect(Object.keys(scored.cells[0]!)).toEqual(["rank", "seed", "correct", "positiveScore", "truth"]);
  expect(() => decide(without, { metric: "f1" })).toThrow(
    "prediction must be present in all outcomes to compare on f1",
  );
});

test("a run's evaluation has what its metric needs, and its score", async () => {
  const own = rows.filter(({ rank, seed }) => rank === 4 && seed === 0);
  const run = await readRun(written("run.csv", csv(own as never)), { rank: 4, seed: 0 }, "mcc");
  const evaluation = evaluationOf(
    run,
    run.examples.map((_, i) => i),
  );
  expect(Object.keys(evaluation)).toEqual(["correct", "predictions", "labels", "accuracy"]);
  const decision = decide(outcomesFromRows(own, { metric: "mcc" }), { metric: "mcc" });
  expect(scoresOf(evaluation, "mcc").scores).toEqual(decision.ranks[0]!.scores);
});

test.each([
  ["auroc", () => "ham", "labels must be of at least 2 classes for AUROC, got ham alone"],
  ["mcc", () => "ham", "labels must be of at least 2 classes for Matthews correlation, got ham alone"],
  [
    "f1",
    (e: number) => ["ham", "spam", "eggs"][e % 3],
    "must be of 2 classes for F1, got eggs, ham, spam; macro-f1 and mcc allow more",
  ],
  [
    "auroc",
    (e: number) => (e === 0 ? "spam" : "ham"),
    "each class must have at least 2 examples for AUROC, got 1 of spam",
  ],
] as const)("%s is refused by name for labels that do not define it", (metric, labelOf, message) => {
  const own = rows
    .filter(({ example }) => Number(example) < 40)
    .map((row) => ({
      ...row,
      label: labelOf(Number(row.example))!,
      prediction: labelOf(Number(row.example))!,
    }));
  expect(() => decide(outcomesFromRows(own, { metric }), { metric })).toThrow(message);
});

test("classes are in order of size for numbers, so that 1 is positive before 0 and -1", () => {
  for (const [negative, positive] of [
    [0, 1],
    [-1, 1],
    ["False", "True"],
    [9, 10],
  ] as const) {
    const own = rows
      .filter(({ rank }) => rank > 1)
      .map((row) => ({
        ...row,
        label: row.label === "spam" ? positive : negative,
        prediction: row.prediction === "spam" ? positive : negative,
      }));
    expect(outcomesFromRows(own, { metric: "f1" }).classes).toEqual([String(negative), String(positive)]);
  }
});

test("the verdict says which class is positive", () => {
  const decision = decide(outcomesFromRows(rows, { metric: "f1" }), { metric: "f1", margin: 0.05 });
  const said = checkClaims(decision, "onRuns").find(({ kind }) => kind === "classes")!;
  expect(checkWords.classes(said as never, comparedIn())).toBe(
    "F1 takes the class spam as positive: 60 of 3,000 examples. Intervals count the rarer class, 60.",
  );
});

/** Worlds of the bench, at a fixed seed. With 60 draws a rate of 5 % gives more than 8 misses in 0.4 % of tries. */
test.each(["f1", "mcc", "auroc", "task-log-loss"] as const)(
  "intervals of differences in %s hold at rare positives",
  (metric: SetMetricName) => {
    let missed = 0;
    for (const share of [0.02, 0.1]) {
      const world = { share, separations: [5, 4.2], seeds: 3, examples: 800, cutSd: 0.15 };
      const difference = metricOf(metric).sign * (trueValue(world, 0, metric) - trueValue(world, 1, metric));
      for (let draw = 0; draw < 30; draw++) {
        const design = pairedDesign(classOutcomes(world, draw));
        const [pair] = compareRanks({ ...design, excluded: [] }, metric, 0.95).pairs;
        if (Math.abs(pair!.fit.mean - difference) > pair!.halfWidth) missed++;
      }
    }
    expect(missed).toBeLessThanOrEqual(8);
  },
);
