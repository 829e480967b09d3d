import { expect, test } from "vitest";
import { withClassColumns } from "../../src/decide/class-columns.ts";
import { decideResults } from "../../src/index.ts";
import { randomStream } from "../../src/statistics/random.ts";
import { exampleResults } from "../fixtures/results.ts";

const { uniform } = randomStream(12);
const truth = Array.from({ length: 200 }, (_, i) => (i % 5 === 0 ? 1 : 0));

/** Results of which each trial has a probability of spam by example, and what follows from it under a metric. */
function results(has: "all columns" | "correctness") {
  const { trials, ...rest } = exampleResults();
  const data = { ...rest.data, validationExamples: truth.length, validationLabels: truth };
  const completed = trials.filter(({ status }) => status === "completed");
  return {
    ...rest,
    data,
    trials: completed.map((trial, run) => {
      const scores = probabilities[run]!;
      const predictions = scores.map((score) => (score > 0.5 ? 1 : 0));
      const correct = predictions.map((one, i) => (one === truth[i] ? 1 : 0));
      const logLosses = scores.map((score, i) => -Math.log(truth[i] === 1 ? score : 1 - score));
      const columns = has === "all columns" ? { labels: truth, predictions, positiveScores: scores } : {};
      const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
      const evaluation = { accuracy: sum(correct), logLoss: sum(logLosses), correct, logLosses, ...columns };
      return { ...trial, evaluation };
    }),
  };
}

const probabilities = Array.from({ length: 3 }, (_, run) =>
  truth.map((label) => Math.min(0.99, Math.max(0.01, uniform() * 0.7 + (label === 1 ? 0.1 + 0.1 * run : 0)))),
);

test.each(["f1", "macro-f1", "mcc"] as const)(
  "a sweep under accuracy is judged by %s as one that recorded predictions",
  (metric) => {
    const options = { metric, margin: 0.05 };
    expect(decideResults(results("correctness"), options)).toEqual(
      decideResults(results("all columns"), options),
    );
  },
);

/** Results whose trials have two points on the way: the first with the probabilities of other runs, so that they differ. */
function onTheWay(has: Parameters<typeof results>[0]) {
  const { trials, ...rest } = results(has);
  const at = (step: number, run: number) => ({ step, evaluation: trials[run % trials.length]!.evaluation });
  const withPoints = trials.map((trial, run) => ({
    ...{ ...trial, steps: 30 },
    points: [at(10, run + 1), at(20, run + 2)],
  }));
  return { ...rest, trials: withPoints };
}

test.each(["f1", "macro-f1", "mcc"] as const)(
  "points of a sweep under accuracy are judged by %s as those that recorded predictions",
  (metric) => {
    const options = { metric, margin: 0.05 };
    const { points } = decideResults(onTheWay("correctness"), options);
    expect(points!.ranks[0]!.curve.map(({ step }) => step)).toEqual([10, 20, 30]);
    expect(points).toEqual(decideResults(onTheWay("all columns"), options).points);
  },
);

test("AUROC follows from the log loss, whose rounding may not part equal scores", () => {
  const [derived, recorded] = (["correctness", "all columns"] as const).map((has) =>
    decideResults(results(has), { metric: "auroc", margin: 0.05 }),
  );
  expect(derived!.ranks.map(({ scores }) => scores!.auroc!.toFixed(12))).toEqual(
    recorded!.ranks.map(({ scores }) => scores!.auroc!.toFixed(12)),
  );
});

test("three classes, shares of right tokens and another metric leave trials as they are", () => {
  const { trials } = results("correctness");
  expect(withClassColumns(trials, "accuracy", truth)).toBe(trials);
  expect(withClassColumns(trials, "f1", undefined)).toBe(trials);
  const threeClasses = truth.map((label, i) => (i === 3 ? 2 : label));
  expect(withClassColumns(trials, "f1", threeClasses)).toBe(trials);
  const shares = trials.map((trial) => ({
    ...trial,
    evaluation: { ...trial.evaluation, correct: truth.map(() => 0.5) },
  }));
  expect(withClassColumns(shares, "f1", truth)).toEqual(shares);
});

test("recorded predictions stand", () => {
  const { trials } = results("all columns");
  const [trial] = trials;
  const other = { ...trial!, evaluation: { ...trial!.evaluation, predictions: truth.map(() => 1) } };
  expect(withClassColumns([other], "f1", truth)).toEqual([other]);
});
