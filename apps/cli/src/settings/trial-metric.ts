import { InputError } from "@lorank/core";
import { metricNames } from "@lorank/evidence/names";
import type { OutcomeMetricName } from "@lorank/evidence/results";
import type { AnswerSettings } from "@lorank/train";
import { defaults } from "../defaults.ts";
import type { SettingsOf } from "./table.ts";

/** The metric that decides, and the answers that trials generate for it. */
interface TrialMetric {
  readonly metric?: OutcomeMetricName;
  readonly answers?: AnswerSettings;
}

/**
 * Reads `--metric`: a metric of answers makes each answer's value the outcome of its example, whose mean is the accuracy.
 *
 * @throws InputError E_USAGE for `--max-new-tokens` without one.
 */
export function trialMetricOf({
  metric,
  "max-new-tokens": maxNewTokens,
}: Pick<SettingsOf<"plan">, "metric" | "max-new-tokens">): TrialMetric {
  const isOfOutcomes = metric === undefined || metricNames.some((name) => name === metric);
  if (!isOfOutcomes) return { metric: "accuracy", answers: { metric, maxNewTokens } };
  // The default is what `--print-config` writes.
  if (maxNewTokens !== undefined && maxNewTokens !== defaults.maxNewTokens) {
    const rule = "come with a --metric of answers, such as equals";
    throw new InputError("E_USAGE", `--max-new-tokens must ${rule}, got ${metric ?? "none"}`);
  }
  return metric === undefined ? {} : { metric: metric as OutcomeMetricName };
}

/**
 * The metric where trials generate no answers.
 *
 * @throws InputError E_USAGE for a metric of answers.
 */
export function outcomeMetricOf(settings: Pick<SettingsOf<"plan">, "metric">): OutcomeMetricName | undefined {
  const { metric, answers } = trialMetricOf(settings);
  if (answers === undefined) return metric;
  const rule = `${metricNames.join(" or ")} where another program evaluates`;
  throw new InputError("E_USAGE", `--metric must be ${rule}, got ${answers.metric}`);
}
