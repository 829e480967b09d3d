import type { ValueField } from "../columns/outcome-columns.ts";
import type { Interval } from "./scalar-types.ts";
import { type SetMetric, type SetMetricName, setMetrics } from "./set-metrics.ts";

/** Metrics computed from example outcomes. Less of a log loss is better, and more of any other. */
export type OutcomeMetricName =
  | "accuracy"
  | "log-loss"
  | "f1"
  | "macro-f1"
  | "mcc"
  | "auroc"
  | "task-mean"
  | "task-log-loss";

/** Whole-run score, with the better side before its name: `higher:f1`. */
export type ScoreMetricName = `higher:${string}` | `lower:${string}`;

export type MetricName = OutcomeMetricName | ScoreMetricName;

export interface Metric {
  readonly name: MetricName;
  /** Names that trainers and evaluators use for it, in lower case, without a split such as `eval_`. */
  readonly knownAs: readonly string[];
  /** Noun in a sentence: `log loss`. */
  readonly noun: string;
  /** Noun with an article: `a log loss`. */
  readonly oneOf: string;
  readonly title: string;
  readonly tokenTitle: string;
  /** Noun for an example's values if they are not right or wrong: `shares of right tokens`. */
  readonly exampleValues: string;
  /** Direction: 1 if more is better, -1 if less is. */
  readonly sign: 1 | -1;
  readonly range: Interval;
  /** Binary metric: an example is right or wrong, and nothing between. */
  readonly isBinary: boolean;
  readonly defaultMargin: number;
  /** Rule for a margin in error messages; at least 0, below the upper end of `range`. */
  readonly marginRule: string;
  readonly scale: 1 | 100;
  readonly suffix: string;
  /** Unit for a displayed difference: for exactly 1, and for any other. */
  readonly unit: readonly [one: string, other: string];
  /** Words after the unit if it does not imply the quantity: ` of log loss`; else empty. */
  readonly unitOf: string;
  readonly decimals: number;
  readonly digits: number;
  /** Difference as a table cell, without a unit. */
  readonly differenceCell: (difference: number) => string;
  /** Outcome column from which values are computed. */
  readonly column: ValueField;
  /** Conversion from a cell in `column` to the metric's value; absent if they are equal. */
  readonly ofCell?: (cell: number) => number;
  /** Members of a metric of all examples together; absent for a mean of the examples' own values. */
  readonly set?: SetMetric;
  /** Document member with the metric's mean; absent if in `scores`, by name. */
  readonly field?: "accuracy" | "logLoss";
  readonly intervalField?: "interval" | "logLossInterval";
}

const accuracy: Metric = {
  name: "accuracy",
  knownAs: ["accuracy", "acc", "top1"],
  noun: "accuracy",
  oneOf: "an accuracy",
  title: "Accuracy",
  tokenTitle: "Token accuracy",
  exampleValues: "shares of right tokens",
  sign: 1,
  range: [0, 1],
  isBinary: true,
  defaultMargin: 0.01,
  marginRule: "at least 0 and below 1 (0.01 is 1%)",
  scale: 100,
  suffix: "%",
  unit: ["point", "points"],
  unitOf: "",
  decimals: 1,
  digits: 1,
  differenceCell: (x) => (100 * x).toFixed(1),
  column: "correct",
  field: "accuracy",
  intervalField: "interval",
};

const logLoss: Metric = {
  name: "log-loss",
  knownAs: ["loss", "log_loss", "logloss", "nll", "cross_entropy"],
  noun: "log loss",
  oneOf: "a log loss",
  title: "Log loss",
  tokenTitle: "Log loss per token",
  exampleValues: "log losses",
  sign: -1,
  range: [0, Number.POSITIVE_INFINITY],
  isBinary: false,
  defaultMargin: 0.02,
  marginRule: "at least 0 nats",
  scale: 1,
  suffix: "",
  unit: ["nat", "nats"],
  unitOf: " of log loss",
  decimals: 3,
  digits: 2,
  differenceCell: (x) => x.toPrecision(2),
  column: "logLoss",
  field: "logLoss",
  intervalField: "logLossInterval",
};

const ofEachExample = { accuracy, "log-loss": logLoss } as const;

/** Metrics computed from example outcomes, by name; a new metric is a row here. */
export const metrics: Readonly<Record<OutcomeMetricName, Metric>> = {
  ...ofEachExample,
  ...(Object.fromEntries(
    Object.keys(setMetrics).map((name) => [name, metricOfSet(name as SetMetricName)]),
  ) as Record<SetMetricName, Metric>),
};

export const allMetrics: readonly Metric[] = Object.values(metrics);

/** Names that a user may choose: a mean over tasks follows from a suite. */
export const metricNames = allMetrics
  .filter(({ set }) => set?.ofTasks === undefined)
  .map(({ name }) => name as OutcomeMetricName);

/** Metric by name; the default metric without a name. */
export function metricOf(name: MetricName = defaultMetric): Metric {
  return metrics[name as OutcomeMetricName] ?? scoreMetric(name);
}

function metricOfSet(name: SetMetricName): Metric {
  const { noun, title, range, ...set } = setMetrics[name];
  const own = { name, title, range, set };
  if (set.ofTasks !== undefined) return meanOverTasks(noun, own, ofEachExample[set.ofTasks]);
  return {
    ...scoreMetric(`higher:${noun}`),
    ...own,
    tokenTitle: title,
    defaultMargin: 0.01,
    marginRule: `at least 0 and below ${range[1]}`,
    differenceCell: (x) => x.toFixed(3),
    column: set.needs[1],
  };
}

/** Mean of `each` over tasks, in its unit and with its margin. */
function meanOverTasks(
  noun: string,
  own: Pick<Metric, "name" | "title" | "range"> & { readonly set: SetMetric },
  each: Metric,
): Metric {
  const { scale, suffix, unit, unitOf, decimals, digits, differenceCell, marginRule, defaultMargin } = each;
  const shown = { scale, suffix, unit, unitOf, decimals, digits, differenceCell, marginRule, defaultMargin };
  const side = each.sign > 0 ? "higher" : "lower";
  return {
    ...scoreMetric(`${side}:${noun}`),
    ...{ ...own, ...shown },
    ...{ tokenTitle: own.title, column: each.column },
  };
}

/** Metric for a whole-run score, with unknown range and unit, and without a default margin. */
function scoreMetric(name: MetricName): Metric {
  const [side] = name.split(":", 1);
  const noun = name.slice(name.indexOf(":") + 1);
  return {
    name,
    knownAs: [],
    noun,
    oneOf: `${/^([aeiou]|F\d)/i.test(noun) ? "an" : "a"} ${noun}`,
    title: noun,
    tokenTitle: noun,
    exampleValues: `values of ${noun}`,
    sign: side === "higher" ? 1 : -1,
    range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    isBinary: false,
    defaultMargin: Number.NaN,
    marginRule: `at least 0, in the unit of ${noun}`,
    scale: 1,
    suffix: "",
    unit: [noun, noun],
    unitOf: "",
    decimals: 3,
    digits: 2,
    differenceCell: (x) => x.toPrecision(2),
    column: "correct",
  };
}

export const defaultMetric: OutcomeMetricName = "accuracy";

/** Metrics in documents where `name` decides: metrics with a member of their own, and `name`. */
export function metricsBeside(name: MetricName): readonly Metric[] {
  return allMetrics.filter((metric) => metric.field !== undefined || metric.name === name);
}

/** Best of some scores: the largest, or the least if less is better. */
export function bestOf(scores: readonly number[], { sign }: Pick<Metric, "sign">): number {
  return sign > 0 ? Math.max(...scores) : Math.min(...scores);
}

/** Largest possible difference on an example; 0 without a limit. */
export function largestDifference({ range: [least, most] }: Metric): number {
  return Number.isFinite(most) ? most - least : 0;
}

export function cutToRange(bound: number, { range: [least, most] }: Metric): number {
  return Math.min(bound, most - least);
}

/** Margin for a metric: the decision's `margin` if ranks are compared on it, else its default. */
export function marginBy(
  { name, defaultMargin }: Metric,
  { metric, margin }: { readonly metric: MetricName; readonly margin: number },
): number {
  return name === metric ? margin : defaultMargin;
}

/** Formats a value without the suffix: 0.942 of accuracy becomes `94.2`. */
export function figure(value: number, { scale, decimals }: Metric): string {
  return (value * scale).toFixed(decimals);
}
