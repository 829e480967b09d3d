import { expect, test } from "vitest";
import { setValues } from "../../src/schema/set-values.ts";
import { mean } from "../../src/statistics/averages.ts";
import fixture from "../fixtures/set-metrics.json" with { type: "json" };

const measured = fixture.cases.flatMap(({ name, values, ...examples }) =>
  Object.entries(values).map(([metric, value]) => ({
    name,
    metric: metric as keyof typeof setValues,
    value,
    examples,
  })),
);

/** Correctness by example: each class is a task, whose accuracy is the class's recall. */
function correctOf({ truth, prediction }: Pick<Columns, "truth" | "prediction">): number[] {
  return truth.map((one, e) => (one === prediction[e] ? 1 : 0));
}

/** Log loss by example, with the logistic function of the score as the probability of class 1. */
function logLossOf({ truth, positiveScore = [] }: Partial<Columns>): number[] {
  return positiveScore.map((score, e) => Math.log1p(Math.exp(truth![e] === 1 ? -score : score)));
}

test.each(measured)(
  "$metric is the mean of its values, and scikit-learn's: $name",
  ({ metric, value, examples }) => {
    const values = setValues[metric]({
      ...examples,
      correct: correctOf(examples),
      logLoss: logLossOf(examples),
    });
    expect(values).toHaveLength(examples.truth.length);
    expect(mean(values)).toBeCloseTo(value, 12);
  },
);

test("every metric is in the cases", () => {
  expect(new Set(measured.map(({ metric }) => metric))).toEqual(new Set(Object.keys(setValues)));
});

/** Metric of examples of which one counts a little more than the others, by its definition on weights. */
function weighted(
  metric: string,
  { truth, prediction, positiveScore }: Columns,
  weights: readonly number[],
): number {
  const total = (holds: (e: number) => boolean): number =>
    weights.reduce((sum, weight, e) => sum + (holds(e) ? weight : 0), 0);
  if (metric === "auroc") {
    let area = 0;
    for (const [a, one] of truth.entries())
      for (const [b, other] of truth.entries()) {
        if (one !== 1 || other === 1) continue;
        const [x, y] = [positiveScore[a]!, positiveScore[b]!];
        area += weights[a]! * weights[b]! * (x > y ? 1 : x === y ? 0.5 : 0);
      }
    return area / total((e) => truth[e] === 1) / total((e) => truth[e] !== 1);
  }
  const f1 = (one: number): number =>
    (2 * total((e) => truth[e] === one && prediction[e] === one)) /
    (total((e) => truth[e] === one) + total((e) => prediction[e] === one));
  if (metric === "f1") return f1(1);
  if (metric === "macro-f1") return (f1(0) + f1(1)) / 2;
  const recall = (one: number): number =>
    total((e) => truth[e] === one && prediction[e] === one) / total((e) => truth[e] === one);
  if (metric === "task-mean") return (recall(0) + recall(1)) / 2;
  if (metric === "task-log-loss") {
    const losses = logLossOf({ truth, positiveScore });
    const meanOf = (task: number): number =>
      losses.reduce((sum, loss, e) => sum + (truth[e] === task ? weights[e]! * loss : 0), 0) /
      total((e) => truth[e] === task);
    return (meanOf(0) + meanOf(1)) / 2;
  }
  const [hit, l, p] = [
    total((e) => truth[e] === 1 && prediction[e] === 1),
    total((e) => truth[e] === 1),
    total((e) => prediction[e] === 1),
  ];
  const all = total(() => true);
  return (all * hit - l * p) / Math.sqrt(l * (all - l) * p * (all - p));
}

interface Columns {
  readonly truth: readonly number[];
  readonly prediction: readonly number[];
  readonly positiveScore: readonly number[];
}

test.each(Object.keys(setValues))(
  "an example's value of %s is the metric's change with the example's weight",
  (name) => {
    const metric = name as keyof typeof setValues;
    const {
      truth,
      prediction,
      positiveScore = [],
    } = fixture.cases.find((one) => one.name === "scores with ties")!;
    const correct = correctOf({ truth, prediction });
    const logLoss = logLossOf({ truth, positiveScore });
    const values = setValues[metric]({ truth, prediction, positiveScore, correct, logLoss });
    const whole = mean(values);
    const step = 1e-6;
    for (const e of [0, 1, 5, 17, 42, 99]) {
      const at = (change: number): number =>
        weighted(
          metric,
          { truth, prediction, positiveScore },
          truth.map((_, i) => (i === e ? 1 + change : 1)),
        );
      const slope = (truth.length * (at(step) - at(-step))) / (2 * step);
      expect(values[e]! - whole).toBeCloseTo(slope, 5);
    }
  },
);
