import type { RankScore, Results, TestScore } from "@lorank/core/results";
import { listInWords, plural } from "../format.ts";
import { decisionMetric, type Metric, type Scored } from "../metric.ts";

/** What the words about a test score follow from. */
export type Tested = Scored & Pick<Results, "test"> & { readonly data: Pick<Results["data"], "test"> };

/**
 * How the recommended rank does on examples that nothing was chosen by, or why it has no such score. Undefined without
 * test examples.
 */
export function testScoreInWords(results: Tested): string | undefined {
  const { data, decision, test } = results;
  if (data.test === undefined) return undefined;
  const examples = plural(data.test.examples, "test example");
  if (decision.rank === null) {
    return test === undefined
      ? `The verdict names no rank, so nothing was scored on the ${examples}: they are still unseen.`
      : `The verdict names no rank; the ${examples} were scored for rank ${test.rank}, which was recommended otherwise.`;
  }
  if (test === undefined) {
    return decision.rank === 0
      ? `Rank 0 has no adapter, so nothing was scored on the ${examples}.`
      : `Rank ${decision.rank} was not scored on the ${examples}.`;
  }
  if (test.rank !== decision.rank)
    return `The ${examples} were scored for rank ${test.rank}, not for rank ${decision.rank}: these are not the settings that the sweep was decided with.`;
  const metric = decisionMetric(results);
  return `On ${examples} that nothing was chosen by, rank ${test.rank} comes to ${scoreInWords(test, metric)} over ${plural(test.seeds, "seed")}; validation said ${scoreInWords(test.validation, metric)}.${otherLooks(test)}`;
}

/** A second look is no longer at examples that nothing was chosen by. */
function otherLooks({ otherRanks = [] }: TestScore): string {
  if (otherRanks.length === 0) return "";
  const scored =
    otherRanks.length === 1 ? `rank ${otherRanks[0]} was` : `ranks ${listInWords(otherRanks)} were`;
  return ` This is not the only look at them: ${scored} scored too, and what was done with that in sight may have been chosen by it.`;
}

/** `93.9% [92.1–95.6%]`, or `a log loss of 0.181 [0.150–0.212]`. */
function scoreInWords(score: RankScore, metric: Metric): string {
  const { mean, interval } = scoreBy(score, metric);
  const words = `${metric.value(mean)} [${metric.interval(interval)}]`;
  return metric.name === "accuracy" ? words : `a log loss of ${words}`;
}

/** The mean and the interval of one metric. */
export function scoreBy(score: RankScore, metric: Metric) {
  return metric.name === "accuracy"
    ? { mean: score.accuracy, interval: score.interval }
    : { mean: score.logLoss, interval: score.logLossInterval };
}
