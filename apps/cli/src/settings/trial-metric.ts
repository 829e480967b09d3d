import { InputError } from "@lorank/core";
import { metricNames } from "@lorank/evidence/names";
import type { OutcomeMetricName } from "@lorank/evidence/results";
import type { AnswerSettings } from "@lorank/train";
import { defaults } from "../defaults.ts";
import type { SettingsOf } from "./table.ts";

interface TrialMetric {
  readonly metric?: OutcomeMetricName;
  readonly answers?: AnswerSettings;
}

/**
 * Verdict's metric by `--metric`. If trials generate answers, accuracy is the answer metric's mean.
 * @throws E_USAGE for `--max-new-tokens` without a metric for answers.
 */
export function trialMetricOf({
  metric,
  "max-new-tokens": maxNewTokens,
}: Pick<SettingsOf<"plan">, "metric" | "max-new-tokens">): TrialMetric {
  const isOfOutcomes = metric === undefined || metricNames.some((name) => name === metric);
  if (!isOfOutcomes) return { metric: "accuracy", answers: { metric, maxNewTokens } };
  // A printed config includes the default.
  if (maxNewTokens !== undefined && maxNewTokens !== defaults.maxNewTokens) {
    const rule = "come with a --metric of answers, such as equals";
    throw new InputError("E_USAGE", `--max-new-tokens must ${rule}, got ${metric ?? "none"}`);
  }
  return metric === undefined ? {} : { metric: metric as OutcomeMetricName };
}

/** Verdict's metric where trials generate no answers. Throws E_USAGE for a metric of answers. */
export function outcomeMetricOf(settings: Pick<SettingsOf<"plan">, "metric">): OutcomeMetricName | undefined {
  const { metric, answers } = trialMetricOf(settings);
  if (answers === undefined) return metric;
  const rule = `${metricNames.join(" or ")} where another program evaluates`;
  throw new InputError("E_USAGE", `--metric must be ${rule}, got ${answers.metric}`);
}
