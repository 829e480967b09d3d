import type { Interval } from "./scalar-types.ts";

/** The name of a metric that a verdict can rest on. Higher accuracy is better, lower log loss is better. */
export type MetricName = "accuracy" | "log-loss";

/** What ranks are compared on: all that differs from one metric to another. */
export interface Metric {
  readonly name: MetricName;
  /** In a sentence: `log loss`. */
  readonly noun: string;
  /** With its article: `a log loss`. */
  readonly oneOf: string;
  /** In a heading or at an axis. */
  readonly title: string;
  /** As `title`, where an example is a response of many tokens. */
  readonly tokenTitle: string;
  /** The values of examples that are not just right or wrong, in a sentence. */
  readonly exampleValues: string;
  /** 1 where more is better, -1 where less is. */
  readonly sign: 1 | -1;
  /** The least and the most that a value can be. */
  readonly range: Interval;
  /** An example is right or wrong, if nothing lies between. */
  readonly isBinary: boolean;
  /** A loss that still counts as adequate. */
  readonly defaultMargin: number;
  /** What a margin must be, besides at least 0 and below the most of `range`. */
  readonly marginRule: string;
  /** What a stored number is multiplied by to be shown. */
  readonly scale: 1 | 100;
  /** Behind a shown value. */
  readonly suffix: string;
  /** Of a shown difference: of exactly 1, and of any other. */
  readonly unit: readonly [one: string, other: string];
  /** What the unit measures, where that is not common knowledge; else empty. */
  readonly unitOf: string;
  /** Decimals of a shown value. */
  readonly decimals: number;
  /** Digits of a shown difference below 1. */
  readonly digits: number;
  /** A difference as a cell of a table, without its unit. */
  readonly differenceCell: (difference: number) => string;
  /** The column of an outcome that its value is computed from. */
  readonly column: "correct" | "logLoss";
  /** The value of an outcome by its `column`; absent where it is that cell. */
  readonly ofCell?: (cell: number) => number;
  /** Where documents have its mean; absent where they have it in `scores`, by its name. */
  readonly field?: "accuracy" | "logLoss";
  /** Where summaries have the interval of that mean; absent where they have it in `scoreIntervals`. */
  readonly intervalField?: "interval" | "logLossInterval";
}

/** All metrics by name. A new one is a row here. */
export const metrics: Readonly<Record<MetricName, Metric>> = {
  accuracy: {
    name: "accuracy",
    noun: "accuracy",
    oneOf: "an accuracy",
    title: "Accuracy",
    tokenTitle: "Token accuracy",
    exampleValues: "shares of right tokens",
    sign: 1,
    range: [0, 1],
    isBinary: true,
    defaultMargin: 0.01,
    marginRule: "at least 0 and below 1 (0.01 is one point)",
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
  },
  "log-loss": {
    name: "log-loss",
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
  },
};

/** All metrics, in the order in which results have them. */
export const allMetrics: readonly Metric[] = Object.values(metrics);

export const metricNames = Object.keys(metrics) as MetricName[];

/** The metric that decides where none is chosen. */
export const defaultMetric: MetricName = "accuracy";

/** The metrics of documents in which `name` decides: those with a field of their own, and that one. */
export function metricsBeside(name: MetricName): readonly Metric[] {
  return allMetrics.filter((metric) => metric.field !== undefined || metric.name === name);
}

/** Largest difference that one example can show; 0 where there is no limit. */
export function largestDifference({ range: [least, most] }: Metric): number {
  return Number.isFinite(most) ? most - least : 0;
}

/** The margin by this metric where ranks are compared on `metric` within `margin`. */
export function marginBy(
  { name, defaultMargin }: Metric,
  { metric, margin }: { readonly metric: MetricName; readonly margin: number },
): number {
  return name === metric ? margin : defaultMargin;
}

/** A value without its suffix: 0.942 of accuracy becomes `94.2`. */
export function figure(value: number, { scale, decimals }: Metric): string {
  return (value * scale).toFixed(decimals);
}
