import {
  type Evaluation,
  type Interval,
  type Metric,
  type MetricName,
  metricOf,
  metricsBeside,
  type Results,
  scoreIn,
  scoresOf,
} from "@lorank/evidence/results";

export { meanAndInterval, scoreIn } from "@lorank/evidence/results";

import { decimalsFor, fixed, signed } from "./format.ts";

export interface ShownMetric extends Metric {
  /** Metric title for headings and axes: `Accuracy`. */
  readonly title: string;
  /** Value unit: `%`, `nats`. */
  readonly valueUnit: string;
  /** Difference unit: `points`, `nats`. */
  readonly units: string;
  /** Words behind a difference's unit: ` of accuracy`; empty where the unit says it. */
  readonly ofTitle: string;
  /** Formats a metric value with suffix: `94.2%`, `0.183`. */
  value(x: number): string;
  /** Formats a signed difference without unit: `−0.3`. */
  difference(x: number): string;
  /** Formats a difference's size, without sign and unit: `0.3`. */
  amount(x: number): string;
  /** Formats a difference on an axis, without trailing zeros: `−0.5`. */
  tick(x: number): string;
  /** Formats a margin with unit: `1 point`, `0.02 nats`. */
  margin(x: number): string;
  interval(x: Interval): string;
  /** Formats a difference's interval: `−0.9 to +0.4`; a dash instead of "to" would read as a minus sign. */
  differenceInterval(x: Interval): string;
}

/** Part of the results that decides names and decimals. */
interface Scored extends Pick<Results, "trials"> {
  readonly decision: Pick<Results["decision"], "metric" | "margin">;
}

/** Metric with the decimals that the margin needs. */
export function shownMetric(name: MetricName, results: Scored): ShownMetric {
  const metric = metricOf(name);
  const { scale, suffix, unit } = metric;
  const { decision } = results;
  const least = decision.metric === name ? decimalsFor(decision.margin * scale) : 0;
  const decimals = Math.max(metric.decimals, least);
  const title = titleOf(metric, results);
  const amount = (x: number) => fixed(x * scale, decimals);
  const difference = (x: number) => signed(x * scale, decimals);
  return {
    ...metric,
    title,
    valueUnit: suffix || unit[1],
    units: unit[1],
    ofTitle: unit[1] === metric.title ? "" : ` of ${title.toLowerCase()}`,
    value: (x) => amount(x) + suffix,
    difference,
    amount,
    tick: (x) => String(Number((x * scale).toPrecision(6))).replace("-", "\u2212"),
    margin: (x) => withUnit(x * scale, unit),
    interval: ([lo, hi]) => `${amount(lo)}–${amount(hi)}${suffix}`,
    differenceInterval: ([lo, hi]) => `${difference(lo)} to ${difference(hi)}`,
  };
}

/** Metrics to show, in order: accuracy, log loss; a table's own score first. */
export function shownMetrics(results: Scored): ShownMetric[] {
  const { metric } = results.decision;
  const beside = metricsBeside(metric).map(({ name }) => name);
  const names = beside.includes(metric) ? beside : [metric, ...beside];
  return names.map((name) => shownMetric(name, results));
}

export function decisionMetric(results: Scored): ShownMetric {
  return shownMetric(results.decision.metric, results);
}

/** Score by this metric in an evaluation; NaN when absent. */
export function scoreOf(
  { evaluation }: { readonly evaluation?: Evaluation | undefined },
  metric: ShownMetric,
): number {
  return scoreIn(evaluation && scoresOf(evaluation, metric.name), metric) ?? Number.NaN;
}

/** True when trials predict tokens: accuracy and log loss are means over examples, each a mean over tokens. */
export function isCausal(results: Pick<Results, "trials">): boolean {
  return results.trials.some(({ spec }) => "task" in spec && spec.task.kind === "causal-lm");
}

/** Metric on generated answers, such as `equals`, if any. */
export function answerMetricOf({ trials }: Pick<Results, "trials">): string | undefined {
  for (const { spec } of trials) if ("answers" in spec && spec.answers) return spec.answers.metric;
  return undefined;
}

function titleOf({ column, title, tokenTitle }: Metric, results: Scored): string {
  const answers = column === "correct" ? answerMetricOf(results) : undefined;
  if (answers !== undefined) return `Answers (${answers})`;
  return isCausal(results) ? tokenTitle : title;
}

function withUnit(amount: number, [one, other]: Metric["unit"]): string {
  const text = String(Number(amount.toPrecision(3)));
  return `${text} ${text === "1" ? one : other}`;
}
