import type { Evaluation } from "./evaluation-types.ts";
import type { MetricName } from "./metric.ts";
import type { Count, Interval, LogLoss, Seed, Share } from "./scalar-types.ts";

/** Examples that nothing is chosen by: no part of the training, of the validation, or of a trial's spec. */
export interface TestSet {
  readonly name: string;
  /** SHA-256 of the bytes of the file that holds them, tokenised. */
  readonly sha256: string;
  readonly examples: Count;
}

/** How the adapter of a finished trial does on the test examples. */
export interface TestRun {
  readonly trialId: string;
  readonly rank: Count;
  readonly seed: Seed;
  readonly evaluation: Evaluation;
}

/** Numbers by the name of a metric. */
export type MetricScores = { readonly [Name in MetricName]?: number };

/** Intervals by the name of a metric. */
export type MetricIntervals = { readonly [Name in MetricName]?: Interval };

/** What a metric without fields of its own comes to, by its name; absent unless such a metric decides. */
export interface FurtherScores {
  readonly scores?: MetricScores;
  readonly scoreIntervals?: MetricIntervals;
}

/** How one rank does on some examples: means over seeds and examples, with intervals that count both as a sample. */
export interface RankScore extends FurtherScores {
  readonly accuracy: Share;
  readonly interval: Interval;
  /** Absent, as its interval, where the runs have no log loss. */
  readonly logLoss?: LogLoss;
  readonly logLossInterval?: Interval;
}

/** The recommended rank on the test examples: the one score that choosing has not made better than it is. */
export interface TestScore extends RankScore {
  readonly rank: Count;
  /** Runs of the rank that were scored, one a seed. */
  readonly seeds: Count;
  readonly examples: Count;
  /** Confidence of the intervals; each is of one mean by itself. */
  readonly confidence: Share;
  /** The same runs on the validation examples, which the rank was chosen by. */
  readonly validation: RankScore;
  /**
   * Other ranks that were scored on these examples, ascending: recommended before the sweep was extended. What was done
   * with their scores in sight may have been chosen by them. Absent where this is the only look.
   */
  readonly otherRanks?: readonly Count[];
  /** Ascending by seed. */
  readonly runs: readonly TestRun[];
}
