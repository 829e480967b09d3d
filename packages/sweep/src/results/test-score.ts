import { testScoreOf } from "@lorank/core/decide";
import type { Decision, TestScore, TrialResult } from "@lorank/core/results";
import type { SweepStore } from "../store/store.ts";

/**
 * The trials that a decision has scored: those of the rank that it names, which completed. None where it names no rank,
 * or rank 0, which has no adapter. No other rank is ever scored, for whoever sees two scores chooses between them.
 */
export function trialsToScore(
  { rank }: Pick<Decision, "rank">,
  trials: readonly TrialResult[],
): TrialResult[] {
  return rank === null || rank === 0
    ? []
    : trials.filter(({ spec, evaluation }) => spec.lora.rank === rank && evaluation !== undefined);
}

/**
 * The score that the runs in the store come to; undefined where there is none to have, or runs are missing.
 *
 * @param examples that the test set has.
 * @throws InputError as `readTestRun`.
 */
export function testScoreIn(
  store: SweepStore,
  sha256: string,
  decision: Pick<Decision, "rank" | "metric" | "confidence">,
  trials: readonly TrialResult[],
  examples?: number,
): TestScore | undefined {
  const scored = trialsToScore(decision, trials);
  if (scored.length === 0 || scored.some(({ trialId }) => !store.hasTestRun(sha256, trialId)))
    return undefined;
  const ranks = store.testRuns(sha256, examples).map(({ rank }) => rank);
  return testScoreOf({
    metric: decision.metric,
    confidence: decision.confidence,
    runs: scored.map(({ trialId }) => store.readTestRun(sha256, trialId, examples)),
    validation: scored.map(({ evaluation }) => evaluation!),
    otherRanks: [...new Set(ranks)].filter((rank) => rank !== decision.rank),
  });
}
