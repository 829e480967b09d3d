import type { Evaluation, RankScore, TestRun, TestScore } from "../results/types.ts";
import { ownInterval } from "./compare.ts";

/** What a test score is made of. */
export interface ScoredRuns {
  readonly confidence: number;
  /** One or more runs, all of one rank. */
  readonly runs: readonly TestRun[];
  /** Evaluations of the same trials on their validation examples, in the order of `runs`. */
  readonly validation: readonly Evaluation[];
  /** Other ranks that were scored on the same examples. */
  readonly otherRanks: readonly number[];
}

/** The score of a rank on test examples beside that on validation examples. */
export function testScoreOf({ confidence, runs, validation, otherRanks }: ScoredRuns): TestScore {
  const { rank, evaluation } = runs[0]!;
  return {
    rank,
    seeds: runs.length,
    examples: evaluation.correct.length,
    confidence,
    ...scoreOf(
      runs.map((run) => run.evaluation),
      confidence,
    ),
    validation: scoreOf(validation, confidence),
    ...(otherRanks.length > 0 ? { otherRanks: otherRanks.toSorted((a, b) => a - b) } : {}),
    runs: runs.toSorted((a, b) => a.seed - b.seed),
  };
}

/** Means and intervals over `evaluations`, one a seed, on the same examples. */
function scoreOf(evaluations: readonly Evaluation[], confidence: number): RankScore {
  const accuracy = ownInterval(
    evaluations.map(({ correct }) => correct),
    "accuracy",
    confidence,
  );
  const losses = evaluations.flatMap(({ logLosses }) => (logLosses ? [logLosses] : []));
  const logLoss =
    losses.length === evaluations.length ? ownInterval(losses, "log-loss", confidence) : undefined;
  return {
    accuracy: accuracy.mean,
    interval: accuracy.interval,
    ...(logLoss ? { logLoss: logLoss.mean, logLossInterval: logLoss.interval } : {}),
  };
}
