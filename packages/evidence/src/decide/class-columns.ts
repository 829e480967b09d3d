import { metricOf } from "../schema/metric.ts";
import { positiveProbability } from "../schema/scores.ts";
import type { Count, Evaluation, MetricName, TrialResult } from "../schema/types.ts";

/**
 * Trials with the columns of a metric of all examples together, such as F1. Of two classes, correctness tells the
 * predicted one, and the log loss the probability of the positive one. Evaluations, at the end and on the way, stay as
 * they are where they have the columns, or cannot tell them.
 *
 * @param labels class of each example, by number; undefined if unknown.
 */
export function withClassColumns(
  trials: readonly TrialResult[],
  metric: MetricName | undefined,
  labels: readonly Count[] | undefined,
): readonly TrialResult[] {
  const { set } = metricOf(metric);
  if (set === undefined || labels === undefined || labels.some((label) => label > 1)) return trials;
  const derived = (evaluation: Evaluation): Evaluation =>
    isClassified(evaluation, labels) ? { ...columnsOf(evaluation, labels), ...evaluation } : evaluation;
  return trials.map(({ evaluation, points, ...trial }) => ({
    ...trial,
    ...(evaluation === undefined ? {} : { evaluation: derived(evaluation) }),
    ...(points === undefined
      ? {}
      : { points: points.map((point) => ({ ...point, evaluation: derived(point.evaluation) })) }),
  }));
}

/** Tells whether an evaluation is of examples that are right or wrong, one for each label. */
function isClassified({ correct }: Evaluation, labels: readonly Count[]): boolean {
  return correct.length === labels.length && correct.every((value) => value === 0 || value === 1);
}

function columnsOf({ correct, logLosses }: Evaluation, labels: readonly Count[]): Partial<Evaluation> {
  const predictions = labels.map((label, i) => (correct[i] === 1 ? label : 1 - label));
  const positiveScores = labels.map((label, i) => positiveProbability(label, logLosses?.[i] ?? Number.NaN));
  return { labels, predictions, ...(logLosses === undefined ? {} : { positiveScores }) };
}
