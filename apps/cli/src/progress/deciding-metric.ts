import { type Metric, metricOf, type Scores, scoreIn } from "@lorank/evidence/results";
import type { Plan } from "@lorank/sweep";
import { plainText } from "../text.ts";

/**
 * Metric of the verdict, with a noun to show. For generated answers the noun is the answer metric's name; accuracy is
 * its mean.
 */
export interface DecidingMetric {
  readonly metric: Metric;
  readonly noun: string;
}

export function decidingMetric({ summary, config }: Pick<Plan, "summary" | "config">): DecidingMetric {
  const metric = metricOf(summary.metric);
  const answers = "answers" in config ? config.answers : undefined;
  const isOfAnswers = answers !== undefined && metric.column === "correct";
  return { metric, noun: isOfAnswers ? answers.metric : metric.noun };
}

/** Score in words: `log loss 0.3012`; undefined without a score. */
export function scoreWords(scores: Scores, { metric, noun }: DecidingMetric): string | undefined {
  const score = scoreIn(scores, metric);
  return score === undefined ? undefined : `${plainText(noun)} ${score.toFixed(4)}`;
}
