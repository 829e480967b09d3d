import { afterAll, beforeAll, expect, test } from "vitest";
import type { Outcome } from "../../src/columns/outcome-columns.ts";
import { priorOfLabels, priorOfShare, priorValues } from "../../src/decide/class-prior-loss.ts";
import { outcomesFromRows } from "../../src/decide/outcomes-from-rows.ts";
import { testScoreOf } from "../../src/decide/test-score.ts";
import { decide } from "../../src/index.ts";
import { predictCurve } from "../../src/methods/probe/probe.ts";
import { allMetrics, type Metric, type MetricName, metrics } from "../../src/schema/metric.ts";
import { scoreIn, scoresOf } from "../../src/schema/scores.ts";
import { claimsOf } from "../../src/words/claims-of.ts";
import type { ClaimInputs } from "../../src/words/sweep-claims.ts";

/** The square of what the probability of the truth lacks to 1: the Brier score where there are two classes. */
const name = "squared-miss" as MetricName;
const row: Metric = {
  ...metrics["log-loss"],
  name,
  noun: "squared miss",
  range: [0, 1],
  ofCell: (nats) => (1 - Math.exp(-nats)) ** 2,
};
delete (row as { field?: unknown }).field;
delete (row as { intervalField?: unknown }).intervalField;

beforeAll(() => {
  Object.assign(metrics, { [name]: row });
  (allMetrics as Metric[]).push(row);
});
afterAll(() => {
  delete (metrics as Record<string, Metric>)[name];
  (allMetrics as Metric[]).pop();
});

/** Two ranks under two seeds: the larger gives the truth 0.8 or 0.9, the smaller 0.3 more or less than half. */
const rows: readonly Outcome[] = [1, 8].flatMap((rank) =>
  [0, 1].flatMap((seed) =>
    Array.from({ length: 400 }, (_, example) => {
      const probability =
        rank === 8 ? 0.8 + 0.1 * ((example + seed) % 2) : 0.3 + 0.4 * ((example + seed) % 2);
      const correct = probability > 0.5 ? 1 : 0;
      return { rank, seed, example, correct, logLoss: -Math.log(probability), label: example % 2 };
    }),
  ),
);

test("ranks are compared by a metric that is computed from another column", () => {
  const decision = decide(outcomesFromRows(rows), { metric: name, margin: 0.01 });
  const [small, large] = decision.ranks;
  // by hand: (0.7² + 0.3²) / 2 and (0.2² + 0.1²) / 2
  expect(scoreIn(small, row)).toBeCloseTo(0.29, 12);
  expect(scoreIn(large, row)).toBeCloseTo(0.025, 12);
  expect(large!.scoreIntervals![name]![1]).toBeLessThan(0.03);
  expect(decision.bestRank).toBe(8);
  expect(small!.differenceToBest).toBeCloseTo(0.265, 12);
  // Giving each of two classes its half misses by 0.25.
  expect(decision.classPrior!.ranks.map((one) => one.scores![name]!)).toEqual([
    expect.closeTo(-0.04, 12),
    expect.closeTo(0.225, 12),
  ]);
});

test("documents in which another metric decides do not know it", () => {
  const decision = decide(outcomesFromRows(rows), { metric: "log-loss" });
  expect(JSON.stringify(decision)).not.toMatch(/"scores"|scoreIntervals/);
});

test("a class prior of which only the share is known is the one of labels on average", () => {
  const labels = [1, 1, 1, 0];
  const known = priorValues(priorOfLabels(labels), name);
  const mean = Array.from(known).reduce((sum, value) => sum + value, 0) / labels.length;
  // by hand: (3 · 0.25² + 0.75²) / 4
  expect(mean).toBeCloseTo(0.1875, 12);
  expect(priorValues(priorOfShare(0.75, 2, 1), name)[0]).toBeCloseTo(0.1875, 12);
});

test("predictions, test scores and scores of one run have it", () => {
  const { cells } = outcomesFromRows(rows);
  const [whole, truncated] = [8, 1].map((rank) => cells.filter((cell) => cell.rank === rank));
  const predictions = predictCurve(
    { whole: whole!, truncated: truncated! },
    { metric: name, confidence: 0.95, confirmationSeeds: 2 },
  );
  expect(predictions.map((one) => scoreIn(one, row))).toEqual([
    expect.closeTo(0.29, 12),
    expect.closeTo(0.025, 12),
  ]);
  const evaluation = { accuracy: 0.5, correct: [1, 0], logLoss: Math.LN2, logLosses: [0, 2 * Math.LN2] };
  const runs = [{ trialId: "t", rank: 8, seed: 0, evaluation }];
  const score = testScoreOf({
    metric: name,
    confidence: 0.9,
    runs,
    validation: [evaluation],
    otherRanks: [],
  });
  // by hand: (0² + 0.75²) / 2
  expect([score, score.validation].map((one) => scoreIn(one, row))).toEqual([0.28125, 0.28125]);
  expect(scoresOf(evaluation, name)).toEqual({
    accuracy: 0.5,
    logLoss: Math.LN2,
    scores: { [name]: 0.28125 },
  });
  expect(scoresOf(evaluation, "accuracy")).toEqual({ accuracy: 0.5, logLoss: Math.LN2 });
});

test("a test score that was made while another metric decided is stated by accuracy", () => {
  const decision = decide(outcomesFromRows(rows), { metric: name, margin: 0.3 });
  const evaluation = { accuracy: 0.5, correct: [1, 0], logLoss: 1, logLosses: [1, 1] };
  const runs = [{ trialId: "t", rank: 1, seed: 0, evaluation }];
  const of = { confidence: 0.9, runs, validation: [evaluation], otherRanks: [] };
  const metricOf = (metric: MetricName) => {
    const sweep = { name: "s", ranks: [1, 8], seeds: [0, 1] };
    const test = testScoreOf({ ...of, metric });
    const results = { sweep, data: { test: { examples: 2 } }, trials: [], decision, test };
    const claim = claimsOf(results as unknown as ClaimInputs).find(({ kind }) => kind === "test-score");
    return claim && "metric" in claim && claim.metric;
  };
  expect(decision.rank).toBe(1);
  expect(metricOf("log-loss")).toBe("accuracy");
  expect(metricOf(name)).toBe(name);
});
