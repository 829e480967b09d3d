import {
  accuracyOf,
  type Interval,
  type MetricName,
  type RankSummary,
  type Results,
  type TrialResult,
} from "@lorank/core/results";
import { decimalsFor, fixed, NONE, signed } from "./format.ts";

/** How one metric is named, written and compared. */
export interface Metric {
  readonly name: MetricName;
  /** For headings and axes: `Accuracy`. */
  readonly title: string;
  /** Unit of a value: `%`, `nats`. */
  readonly valueUnit: string;
  /** Unit of a difference, plural: `points`, `nats`. */
  readonly unit: string;
  /** 1 if more is better, -1 if less is. */
  readonly better: 1 | -1;
  /** What a stored number is multiplied by to be shown: 100 for a share in percent. */
  readonly scale: 1 | 100;
  /** One value with its unit: `94.2%`, `0.183`. */
  value(x: number): string;
  /** A signed difference without its unit: `−0.3`. */
  difference(x: number): string;
  /** A difference's size without sign and unit: `0.3`. */
  amount(x: number): string;
  /** A margin with its unit: `1 point`, `0.02 nats`. */
  margin(x: number): string;
  /** `93.1–95.3%`. */
  interval(x: Interval): string;
  /** `−0.9 to +0.4`; a dash instead of "to" would read as a minus sign. */
  differenceInterval(x: Interval): string;
}

/** What the names and decimals of a metric follow from. */
export interface Scored extends Pick<Results, "trials"> {
  readonly decision: Pick<Results["decision"], "metric" | "margin">;
}

/** Accuracy as a share between 0 and 1, shown in percent; its differences are percentage points. */
export function accuracyMetric(results: Scored): Metric {
  const decimals = results.decision.metric === "accuracy" ? decimalsFor(results.decision.margin * 100) : 1;
  const percent = (x: number) => fixed(x * 100, decimals);
  return {
    name: "accuracy",
    title: isCausal(results) ? "Token accuracy" : "Accuracy",
    valueUnit: "%",
    unit: "points",
    better: 1,
    scale: 100,
    value: (x) => `${percent(x)}%`,
    difference: (x) => signed(x * 100, decimals),
    amount: percent,
    margin: (x) => withUnit(x * 100, "point"),
    interval: ([lo, hi]) => `${percent(lo)}–${percent(hi)}%`,
    differenceInterval: ([lo, hi]) => `${signed(lo * 100, decimals)} to ${signed(hi * 100, decimals)}`,
  };
}

/** Mean negative log probability of the truth, in nats; less is better. */
export function logLossMetric(results: Scored): Metric {
  const decimals =
    results.decision.metric === "log-loss" ? Math.max(3, decimalsFor(results.decision.margin)) : 3;
  return {
    name: "log-loss",
    title: isCausal(results) ? "Log loss per token" : "Log loss",
    valueUnit: "nats",
    unit: "nats",
    better: -1,
    scale: 1,
    value: (x) => fixed(x, decimals),
    difference: (x) => signed(x, decimals),
    amount: (x) => fixed(x, decimals),
    margin: (x) => withUnit(x, "nat"),
    interval: ([lo, hi]) => `${fixed(lo, decimals)}–${fixed(hi, decimals)}`,
    differenceInterval: ([lo, hi]) => `${signed(lo, decimals)} to ${signed(hi, decimals)}`,
  };
}

/** The metric that the verdict rests on. */
export function decisionMetric(results: Scored): Metric {
  return results.decision.metric === "accuracy" ? accuracyMetric(results) : logLossMetric(results);
}

/** A completed trial's score; NaN when its evaluation is absent. */
export function scoreOf(trial: TrialResult, metric: Metric): number {
  if (!trial.evaluation) return Number.NaN;
  return metric.name === "accuracy" ? accuracyOf(trial.evaluation) : (trial.evaluation.logLoss ?? Number.NaN);
}

/** What is predicted or found of a rank by one metric; undefined where there is no log loss. */
export function qualityOf(
  { accuracy, logLoss }: Pick<RankSummary, "accuracy" | "logLoss">,
  metric: Metric,
): number | undefined {
  return metric.name === "accuracy" ? accuracy : logLoss;
}

/** A rank's mean over seeds with its interval; undefined when the decision has none for this metric. */
export function meanAndInterval(
  summary: Pick<RankSummary, "accuracy" | "interval" | "logLoss" | "logLossInterval"> | undefined,
  metric: Metric,
): { readonly mean: number; readonly interval: Interval } | undefined {
  if (!summary) return undefined;
  if (metric.name === "accuracy") return { mean: summary.accuracy, interval: summary.interval };
  const { logLoss, logLossInterval } = summary;
  return logLoss === undefined || logLossInterval === undefined
    ? undefined
    : { mean: logLoss, interval: logLossInterval };
}

/** True when the trials predict tokens: accuracy and log loss are then means over examples of means over their tokens. */
export function isCausal(results: Pick<Results, "trials">): boolean {
  return results.trials.some(({ spec }) => "task" in spec && spec.task.kind === "causal-lm");
}

/** Applies `write` unless the number is missing or not finite. */
export function orNone(value: number | undefined, write: (x: number) => string): string {
  return value === undefined || !Number.isFinite(value) ? NONE : write(value);
}

function withUnit(amount: number, unit: string): string {
  const text = String(Number(amount.toPrecision(3)));
  return `${text} ${text === "1" ? unit : `${unit}s`}`;
}
