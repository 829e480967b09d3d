import type { Evaluation, TestRun, TestScore } from "../results/types.ts";
import { rankScore } from "./compare.ts";
import { valuesOf } from "./outcomes.ts";

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
    ...rankScore(
      runs.map((run) => valuesOf(run.evaluation)),
      confidence,
    ),
    validation: rankScore(validation.map(valuesOf), confidence),
    ...(otherRanks.length > 0 ? { otherRanks: otherRanks.toSorted((a, b) => a - b) } : {}),
    runs: runs.toSorted((a, b) => a.seed - b.seed),
  };
}
