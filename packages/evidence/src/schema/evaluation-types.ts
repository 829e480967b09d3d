import type { MetricName } from "./metric.ts";
import type { Count, Interval, LogLoss, Seed, Share } from "./scalar-types.ts";

/** Results of a trial on the validation examples, in the data set's own order. */
export interface Evaluation {
  /**
   * Mean of `correct`, without examples left out. Files of earlier versions have the share of all target tokens of a
   * causal-lm, in which a long response weighs more.
   */
  readonly accuracy: Share;
  /** Mean log loss of the truth over examples, in nats. Absent if another trainer does not report it. */
  readonly logLoss?: LogLoss;
  /**
   * 1 if right, else 0, by example. For causal-lm the share of right target tokens, or the generated answer's value.
   */
  readonly correct: readonly Share[];
  /** Log loss by example, in nats (causal-lm: mean over its target tokens). Present if `logLoss` is. */
  readonly logLosses?: readonly LogLoss[];
  /** Generated answer to each example; absent if none were. */
  readonly answers?: readonly GeneratedAnswer[];
}

/** Prompt and its known answer, as texts without special tokens. */
export interface QuestionText {
  readonly prompt: string;
  readonly reference: string;
}

/** Answer of a trial's model. */
export interface GeneratedAnswer {
  readonly text: string;
  /** Present if the limit of tokens ended it. */
  readonly cut?: true;
  /** Present if the judge left the example out; its `correct` is 0 and counts in no mean. */
  readonly leftOut?: true;
}

/** Evaluation by this engine, which always has the log loss. */
export type EngineEvaluation = Evaluation & Required<Pick<Evaluation, "logLoss" | "logLosses">>;

/** Examples that no choice depends on: no part of training, validation, or a trial's spec. */
export interface TestSet {
  readonly name: string;
  /** SHA-256 of the bytes of their tokenised file. */
  readonly sha256: string;
  readonly examples: Count;
  /** Group number by example, from 0. Absent if examples are independent. */
  readonly groups?: readonly Count[];
}

/** Results of a finished trial's adapter on the test examples. */
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

/** Values of a metric without members of its own, by its name; absent unless such a metric decides. */
export interface FurtherScores {
  readonly scores?: MetricScores;
  readonly scoreIntervals?: MetricIntervals;
}

/** Scores of one rank on some examples: means over seeds and examples, with intervals that treat both as a sample. */
export interface RankScore extends FurtherScores {
  /** Absent, as its interval, if runs have one score each, by another metric. */
  readonly accuracy?: Share;
  readonly interval?: Interval;
  /** Absent, as its interval, if the runs have no log loss. */
  readonly logLoss?: LogLoss;
  readonly logLossInterval?: Interval;
}

/** Recommended rank on the test examples: the only score without optimism from choosing. */
export interface TestScore extends RankScore {
  readonly rank: Count;
  /** Scored runs of the rank, one a seed. */
  readonly seeds: Count;
  readonly examples: Count;
  /** Confidence of the intervals, each of a single mean. */
  readonly confidence: Share;
  /** Same runs on the validation examples, by which the rank was chosen. */
  readonly validation: RankScore;
  /**
   * Other ranks scored on these examples, ascending: recommended before the sweep was extended. Choices made after
   * seeing their scores may depend on them. Absent if this is the only look.
   */
  readonly otherRanks?: readonly Count[];
  /** Ascending by seed. */
  readonly runs: readonly TestRun[];
}
