import { assertOptions, InputError, type OptionNames } from "@lorank/core";
import { allMetrics, defaultMetric, type Metric, metricNames, metricOf, metrics } from "../schema/metric.ts";
import { classProblem } from "../schema/set-values.ts";
import type { MetricName, SecondaryOutcome } from "../schema/types.ts";
import { sampleOf } from "./interval/example-sample.ts";
import type { OutcomeTable } from "./outcomes.ts";
import { secondaryProblems } from "./secondary-problems.ts";

export interface DecideOptions {
  /** Metric on which ranks are compared. Default `accuracy`. */
  readonly metric?: MetricName;
  /**
   * Largest loss that still counts as adequate, in the metric's unit. Default: 0.01 for accuracy, 0.02 nats for log
   * loss (perplexity 2 % higher).
   */
  readonly margin?: number;
  /** Confidence for the intervals, and for each kind of claim as a whole. Default 0.95. */
  readonly confidence?: number;
  /** Probability with which a needed design certifies an equally good rank. Default 0.8. */
  readonly power?: number;
  /** Outcomes beside the metric, each with or without a condition on every rank. Default: none. */
  readonly secondary?: readonly SecondaryOutcome[];
}

export type DecideSettings = Required<DecideOptions>;

export const decideNames: OptionNames<DecideOptions> = {
  metric: false,
  margin: false,
  confidence: false,
  power: false,
  secondary: false,
};

/** @throws InputError as {@link assertOptions}. */
export function assertDecideOptions(options: DecideOptions): void {
  assertOptions(options, "the options of a decision", decideNames);
}

/** Decision settings with defaults. Throws one error for all options that are wrong, or wrong for these outcomes. */
export function settingsOf(outcomes: OutcomeTable, options: DecideOptions): DecideSettings {
  const settings = withDefaults(options);
  const by = allMetrics.find(({ name }) => name === settings.metric);
  const problems = settingProblems(settings, by, metricNames);
  if (outcomes.ranks.length === 0) problems.push("outcomes must hold at least one run, got none");
  if (outcomes.cells.length > 0 && outcomes.examples < 2) {
    problems.push(`examples must be at least 2, got ${outcomes.examples}`);
  }
  const [first] = outcomes.cells;
  if (first?.groups && sampleOf(first).units < 2)
    problems.push("examples must be in at least 2 groups, got 1");
  if (by !== undefined && outcomes.cells.some((cell) => !cell[by.column])) {
    problems.push(`${by.column} must be present in all outcomes to compare on ${by.name}`);
  }
  const ofClasses = by && classProblem(by, { truth: first?.truth, classes: outcomes.classes });
  if (ofClasses !== undefined) problems.push(ofClasses);
  problems.push(...secondaryProblems(settings.secondary, outcomes.cells, outcomes.axis));
  if (problems.length > 0) throw new InputError("E_DECIDE", problems.join("\n"));
  return settings;
}

/** Settings for scores in any metric. Throws a single error with all wrong options. */
export function scoreSettings(options: DecideOptions): DecideSettings {
  const settings = withDefaults(options);
  const { metric } = settings;
  const isKnown = Object.hasOwn(metrics, metric) || /^(higher|lower):./s.test(metric);
  const names = [...metricNames, "higher:NAME", "lower:NAME"];
  const problems = settingProblems(settings, isKnown ? metricOf(metric) : undefined, names);
  if (problems.length > 0) throw new InputError("E_DECIDE", problems.join("\n"));
  return settings;
}

function withDefaults({
  metric = defaultMetric,
  confidence = 0.95,
  power = 0.8,
  margin,
  secondary = [],
}: DecideOptions): DecideSettings {
  const own = allMetrics.find(({ name }) => name === metric)?.defaultMargin;
  return { metric, margin: margin ?? own ?? Number.NaN, confidence, power, secondary };
}

function settingProblems(
  { metric, margin, confidence, power }: DecideSettings,
  by: Metric | undefined,
  names: readonly string[],
): string[] {
  const problems: string[] = [];
  if (by === undefined) {
    const quoted = names.map((name) => JSON.stringify(name)).join(" or ");
    problems.push(`metric must be ${quoted}, got ${JSON.stringify(metric)}`);
  } else if (!(margin >= 0 && margin < by.range[1])) {
    const isAbsent = Number.isNaN(margin) && Number.isNaN(by.defaultMargin);
    problems.push(`margin must be ${by.marginRule}, got ${isAbsent ? "none" : margin}`);
  }
  if (!(confidence >= 0.5 && confidence < 1)) {
    problems.push(`confidence must be at least 0.5 and below 1, got ${confidence}`);
  }
  if (!(power >= 0.5 && power < 1)) problems.push(`power must be at least 0.5 and below 1, got ${power}`);
  return problems;
}
