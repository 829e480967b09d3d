import { type OfValues, type ValueColumn, valueColumns } from "../columns/outcome-columns.ts";
import { mean } from "../statistics/averages.ts";
import type { Evaluation, MetricIntervals, RankScore } from "./evaluation-types.ts";
import { defaultMetric, type Metric, type MetricName, metricOf, metricsBeside } from "./metric.ts";
import type { Interval } from "./scalar-types.ts";

/** Outcomes of one run, example by example: the columns that metrics are computed from. */
export interface ExampleOutcomes extends OfValues<ArrayLike<number>> {
  /** For each example: number of its group, from 0. Absent if examples are independent. Equal in all runs. */
  readonly groups?: ArrayLike<number>;
}

/** Means by metric, as documents have them. */
export type Scores = Partial<Pick<RankScore, "accuracy" | "logLoss" | "scores">>;

/** Members of an evaluation that outcomes are read from. */
type EvaluatedExamples = Pick<Evaluation, ValueColumn["member"] | "answers">;

/** Finds the examples that a judge left out of any of these runs, by index. */
export function leftOutOf(runs: readonly (EvaluatedExamples | undefined)[]): ReadonlySet<number> {
  const leftOut = new Set<number>();
  for (const run of runs)
    for (const [i, answer] of (run?.answers ?? []).entries()) if (answer.leftOut) leftOut.add(i);
  return leftOut;
}

/** Values of the examples that were not left out. */
export function without<Value>(leftOut: ReadonlySet<number>, values: readonly Value[]): readonly Value[] {
  return leftOut.size === 0 ? values : values.filter((_, i) => !leftOut.has(i));
}

/** @param leftOut examples to leave out, where runs are compared. (default: those of this run) */
export function outcomesOf(
  evaluation: EvaluatedExamples,
  leftOut = leftOutOf([evaluation]),
): ExampleOutcomes {
  const values = valueColumns.flatMap(([field, { member }]) => {
    const own = evaluation[member];
    return own === undefined ? [] : [[field, without(leftOut, own)]];
  });
  return Object.fromEntries(values) as ExampleOutcomes;
}

/** Evaluation of a run by its outcomes, in this order of places: the values of each column, and the means that have members. */
export function evaluationOf(outcomes: OfValues<ArrayLike<number>>, order: readonly number[]): Evaluation {
  const values = valueColumns.flatMap(([field, { member }]) => {
    const own = outcomes[field];
    return own === undefined ? [] : [[member, order.map((place) => own[place]!)]];
  });
  const evaluation = Object.fromEntries(values) as Evaluation;
  return { ...evaluation, ...scoresOf(evaluation, defaultMetric) };
}

/** Values of a run by one metric, example by example; its outcomes must have the metric's column. */
export function metricValues(outcomes: ExampleOutcomes, metric: MetricName): ArrayLike<number> {
  const { column, ofCell } = metricOf(metric);
  const cells = outcomes[column]!;
  return ofCell === undefined ? cells : Float64Array.from(cells, (cell) => ofCell(cell));
}

/** Mean over the examples of one run; undefined if the run does not report it. */
export function scoreOf(evaluation: Evaluation, { name, column }: Metric): number | undefined {
  const outcomes = outcomesOf(evaluation);
  return outcomes[column] && mean(metricValues(outcomes, name));
}

/** Means of one run for a document in which `metric` decides. */
export function scoresOf(evaluation: Evaluation, metric: MetricName): Scores {
  return meansOf(outcomesOf(evaluation), metric);
}

/** The same of a run's outcomes, by the metrics whose column they have. */
export function meansOf(outcomes: ExampleOutcomes, metric: MetricName): Scores {
  const scores = metricsBeside(metric).map((by) =>
    outcomes[by.column] === undefined ? {} : scoreMember(by, mean(metricValues(outcomes, by.name))),
  );
  return Object.assign({}, ...scores);
}

/** A mean as a member of a document. At most one metric of a document has no field: the one that decides. */
export function scoreMember({ name, field }: Metric, score: number): Scores {
  return field === undefined ? { scores: { [name]: score } } : { [field]: score };
}

/** The interval of that mean as a member named `field`, or in `scoreIntervals` if the metric has no field. */
export function intervalMember(
  { name }: Metric,
  field: string | undefined,
  interval: Interval,
): Readonly<Record<string, Interval | MetricIntervals>> {
  return field === undefined ? { scoreIntervals: { [name]: interval } } : { [field]: interval };
}

export function scoreIn(scores: Scores | undefined, { name, field }: Metric): number | undefined {
  return field === undefined ? scores?.scores?.[name] : scores?.[field];
}

/** Reads a rank's mean with its interval; undefined if there is none by this metric. */
export function meanAndInterval(
  score: RankScore | undefined,
  metric: Metric,
): { readonly mean: number; readonly interval: Interval } | undefined {
  const { name, intervalField } = metric;
  const mean = scoreIn(score, metric);
  const interval = intervalField === undefined ? score?.scoreIntervals?.[name] : score?.[intervalField];
  return mean === undefined || interval === undefined ? undefined : { mean, interval };
}

/**
 * Accuracy of an evaluation: the mean over its examples, by which runs are compared. Earlier versions wrote the share
 * of all target tokens as `accuracy` of a causal-lm.
 */
export function accuracyOf(evaluation: EvaluatedExamples): number {
  return mean(outcomesOf(evaluation).correct);
}
