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

/** A metric as the report of some results writes it. */
export interface ShownMetric extends Metric {
  /** For headings and axes: `Accuracy`. */
  readonly title: string;
  /** Unit of a value: `%`, `nats`. */
  readonly valueUnit: string;
  /** Unit of a difference: `points`, `nats`. */
  readonly units: string;
  /** Behind that unit: ` of accuracy`; empty where the unit says it. */
  readonly ofTitle: string;
  /** One value with its suffix: `94.2%`, `0.183`. */
  value(x: number): string;
  /** A signed difference without its unit: `−0.3`. */
  difference(x: number): string;
  /** A difference's size without sign and unit: `0.3`. */
  amount(x: number): string;
  /** A difference on an axis, with no more digits than it has: `−0.5`. */
  tick(x: number): string;
  /** A margin with its unit: `1 point`, `0.02 nats`. */
  margin(x: number): string;
  /** `93.1–95.3%`. */
  interval(x: Interval): string;
  /** `−0.9 to +0.4`; a dash instead of "to" would read as a minus sign. */
  differenceInterval(x: Interval): string;
}

/** The part of results that decides the names and decimals of a metric. */
interface Scored extends Pick<Results, "trials"> {
  readonly decision: Pick<Results["decision"], "metric" | "margin">;
}

/** A metric with the decimals that the margin of these results needs. */
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

/** The metrics of these results, in the order in which they have them. A score of a table of runs comes first. */
export function shownMetrics(results: Scored): ShownMetric[] {
  const { metric } = results.decision;
  const beside = metricsBeside(metric).map(({ name }) => name);
  const names = beside.includes(metric) ? beside : [metric, ...beside];
  return names.map((name) => shownMetric(name, results));
}

/** The metric that the verdict rests on. */
export function decisionMetric(results: Scored): ShownMetric {
  return shownMetric(results.decision.metric, results);
}

/** The score of an evaluation, such as a completed trial's; NaN when it is absent. */
export function scoreOf(
  { evaluation }: { readonly evaluation?: Evaluation | undefined },
  metric: ShownMetric,
): number {
  return scoreIn(evaluation && scoresOf(evaluation, metric.name), metric) ?? Number.NaN;
}

/** True when the trials predict tokens: accuracy and log loss are then means over examples of means over their tokens. */
export function isCausal(results: Pick<Results, "trials">): boolean {
  return results.trials.some(({ spec }) => "task" in spec && spec.task.kind === "causal-lm");
}

/** The metric that judges the trials' answers, such as `equals`; undefined where none were generated. */
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
