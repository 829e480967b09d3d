import { type OfValues, type ValueColumn, valueColumns } from "../columns/outcome-columns.ts";
import { mean } from "../statistics/averages.ts";
import type { Evaluation, MetricIntervals, RankScore } from "./evaluation-types.ts";
import {
  defaultMetric,
  largestDifference,
  type Metric,
  type MetricName,
  metricOf,
  metricsBeside,
} from "./metric.ts";
import type { Interval } from "./scalar-types.ts";
import type { SetMetricName } from "./set-metrics.ts";
import { rarestClass, setValues } from "./set-values.ts";

/** Outcomes of a run by example: the columns from which metrics are computed. */
export interface ExampleOutcomes extends OfValues<ArrayLike<number>> {
  /** Group number by example, from 0, equal in all runs. Absent if examples are independent. */
  readonly groups?: ArrayLike<number>;
}

export type Scores = Partial<Pick<RankScore, "accuracy" | "logLoss" | "scores">>;

type EvaluatedExamples = Pick<Evaluation, ValueColumn["member"] | "answers">;

/** Indices of examples that a judge left out of any run. */
export function leftOutOf(runs: readonly (EvaluatedExamples | undefined)[]): ReadonlySet<number> {
  const leftOut = new Set<number>();
  for (const run of runs)
    for (const [i, answer] of (run?.answers ?? []).entries()) if (answer.leftOut) leftOut.add(i);
  return leftOut;
}

export function without<Value>(leftOut: ReadonlySet<number>, values: readonly Value[]): readonly Value[] {
  return leftOut.size === 0 ? values : values.filter((_, i) => !leftOut.has(i));
}

/** Outcomes of a run by column, without examples in `leftOut`. Default: those that its judge left out. */
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

/** Evaluation of a run from its outcomes; `order` has the outcome index of each example. */
export function evaluationOf(outcomes: OfValues<ArrayLike<number>>, order: readonly number[]): Evaluation {
  const values = valueColumns.flatMap(([field, { member }]) => {
    const own = outcomes[field];
    return own === undefined ? [] : [[member, order.map((place) => own[place]!)]];
  });
  const evaluation = Object.fromEntries(values) as Evaluation;
  return { ...evaluation, ...scoresOf(evaluation, defaultMetric) };
}

/** Values of a metric for a run, by example; outcomes must have the metric's column. */
export function metricValues(outcomes: ExampleOutcomes, metric: MetricName): ArrayLike<number> {
  const { column, ofCell, set } = metricOf(metric);
  if (set !== undefined) return setValues[metric as SetMetricName]({ ...outcomes, truth: outcomes.truth! });
  const cells = outcomes[column]!;
  return ofCell === undefined ? cells : Float64Array.from(cells, (cell) => ofCell(cell));
}

/** Largest possible difference on an example, by a run's classes if the metric depends on them; 0 without a limit. */
export function largestIn(outcomes: ExampleOutcomes, metric: Metric): number {
  const { classes, rarest } = (metric.set && rarestClass(outcomes)) ?? { classes: 0, rarest: 0 };
  return rarest === 0
    ? largestDifference(metric)
    : metric.set!.reachOf(rarest / outcomes.truth!.length, classes);
}

/** Mean of a metric over a run's examples; undefined if the run lacks the metric's column. */
export function scoreOf(evaluation: Evaluation, { name, column }: Metric): number | undefined {
  const outcomes = outcomesOf(evaluation);
  return outcomes[column] && mean(metricValues(outcomes, name));
}

/** Mean scores of a run, for a document in which `metric` decides. */
export function scoresOf(evaluation: Evaluation, metric: MetricName): Scores {
  return meansOf(outcomesOf(evaluation), metric);
}

/** Mean scores of a run, by every metric whose column the outcomes have. */
export function meansOf(outcomes: ExampleOutcomes, metric: MetricName): Scores {
  const scores = metricsBeside(metric).map((by) =>
    outcomes[by.column] === undefined ? {} : scoreMember(by, mean(metricValues(outcomes, by.name))),
  );
  return Object.assign({}, ...scores);
}

/** Mean as a document member. At most one metric in a document has no field: the deciding metric. */
export function scoreMember({ name, field }: Metric, score: number): Scores {
  return field === undefined ? { scores: { [name]: score } } : { [field]: score };
}

/** Interval around the mean as a member `field`, or in `scoreIntervals` for a metric without a field. */
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

/** Mean and interval of a rank; undefined if absent by this metric. */
export function meanAndInterval(
  score: RankScore | undefined,
  metric: Metric,
): { readonly mean: number; readonly interval: Interval } | undefined {
  const { name, intervalField } = metric;
  const mean = scoreIn(score, metric);
  const interval = intervalField === undefined ? score?.scoreIntervals?.[name] : score?.[intervalField];
  return mean === undefined || interval === undefined ? undefined : { mean, interval };
}

/** Probability of class 1 among two classes, from the log loss, in nats, of the example's own class. */
export function positiveProbability(label: number, logLoss: number): number {
  return label === 1 ? Math.exp(-logLoss) : 0 - Math.expm1(-logLoss);
}

/** Mean of `correct` over examples: in earlier versions a causal-lm's `accuracy` was the share of all target tokens. */
export function accuracyOf(evaluation: EvaluatedExamples): number {
  return mean(outcomesOf(evaluation).correct);
}
