import { InputError } from "../errors.ts";
import { allMetrics, defaultMetric, metricNames, metricOf } from "../results/metric.ts";
import type { MetricName } from "../results/types.ts";
import type { OutcomeTable } from "./outcomes.ts";

export interface DecideOptions {
  /** Metric on which ranks are compared. Default `accuracy`. */
  readonly metric?: MetricName;
  /**
   * The largest loss that still counts as adequate, in the metric's unit. Default: the metric's own, 0.01 for accuracy (one
   * point) and 0.02 nats for log loss (perplexity 2 % higher).
   */
  readonly margin?: number;
  /** Confidence of the intervals and of each kind of claim as a whole. Default 0.95. */
  readonly confidence?: number;
}

export type DecideSettings = Required<DecideOptions>;

/** Fills in defaults. Throws one error that names all options that are wrong, or wrong for these outcomes. */
export function settingsOf(outcomes: OutcomeTable, options: DecideOptions): DecideSettings {
  const settings = withDefaults(options);
  const problems = settingProblems(settings);
  if (outcomes.ranks.length === 0) problems.push("outcomes must hold at least one run, got none");
  if (outcomes.cells.length > 0 && outcomes.examples < 2) {
    problems.push(`examples must be at least 2, got ${outcomes.examples}`);
  }
  const by = allMetrics.find(({ name }) => name === settings.metric);
  if (by === undefined) {
    const names = metricNames.map((name) => JSON.stringify(name)).join(" or ");
    problems.unshift(`metric must be ${names}, got ${JSON.stringify(settings.metric)}`);
  } else if (outcomes.cells.some((cell) => !cell[by.column])) {
    problems.push(`${by.column} must be present in all outcomes to compare on ${by.name}`);
  }
  if (problems.length > 0) throw new InputError("E_DECIDE", problems.join("\n"));
  return settings;
}

/** Fills in defaults for scores of runs, of any metric. Throws one error that names all options that are wrong. */
export function scoreSettings(options: DecideOptions): DecideSettings {
  const settings = withDefaults(options);
  const problems = settingProblems(settings);
  if (problems.length > 0) throw new InputError("E_DECIDE", problems.join("\n"));
  return settings;
}

function withDefaults({ metric = defaultMetric, confidence = 0.95, margin }: DecideOptions): DecideSettings {
  return { metric, margin: margin ?? metricOf(metric).defaultMargin, confidence };
}

function settingProblems({ metric, margin, confidence }: DecideSettings): string[] {
  const problems: string[] = [];
  const { range, marginRule } = metricOf(metric);
  if (Number.isNaN(margin)) problems.push(`margin is needed, ${marginRule}`);
  else if (!(margin >= 0 && margin < range[1])) problems.push(`margin must be ${marginRule}, got ${margin}`);
  if (!(confidence >= 0.5 && confidence < 1)) {
    problems.push(`confidence must be at least 0.5 and below 1, got ${confidence}`);
  }
  return problems;
}
