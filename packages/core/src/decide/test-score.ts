import { outcomesOf } from "../results/scores.ts";
import type { Decision, Evaluation, TestRun, TestScore } from "../results/types.ts";
import { rankScore } from "./compare.ts";

/** Runs and settings of a test score. */
export interface ScoredRuns extends Pick<Decision, "metric" | "confidence"> {
  /** One or more runs, all of one rank. */
  readonly runs: readonly TestRun[];
  /** Evaluations of the same trials on their validation examples, in the order of `runs`. */
  readonly validation: readonly Evaluation[];
  /** Other ranks scored on the same examples. */
  readonly otherRanks: readonly number[];
}

/** Scores a rank on test examples and, for comparison, on validation examples. */
export function testScoreOf({ runs, validation, otherRanks, ...decision }: ScoredRuns): TestScore {
  const { rank, evaluation } = runs[0]!;
  return {
    rank,
    seeds: runs.length,
    examples: evaluation.correct.length,
    confidence: decision.confidence,
    ...rankScore(
      runs.map((run) => outcomesOf(run.evaluation)),
      decision,
    ),
    validation: rankScore(validation.map(outcomesOf), decision),
    ...(otherRanks.length > 0 ? { otherRanks: otherRanks.toSorted((a, b) => a - b) } : {}),
    runs: runs.toSorted((a, b) => a.seed - b.seed),
  };
}
