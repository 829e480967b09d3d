import type { RankScore } from "../schema/evaluation-types.ts";
import type { MetricName } from "../schema/metric.ts";
import type { Count, Interval, Margin, Share } from "../schema/scalar-types.ts";

/** Difference between two results, in the metric's unit; positive if the first is better. */
export interface Difference {
  /**
   * Result of the comparison.
   *
   * - `first-better`, `second-better`: the interval excludes 0.
   * - `alike`: the interval lies within the margin on both sides.
   * - `open`: neither is shown. With a single seed nothing is.
   */
  readonly result: "first-better" | "second-better" | "alike" | "open";
  readonly advantage: number;
  readonly interval: Interval;
}

/** Side of a comparison: what was compared, and its mean score. */
export interface ComparedSide extends RankScore {
  readonly name: string;
  /** Compared rank, or the number of an arm; absent for scores of runs without either. */
  readonly rank?: Count;
  /** Runs that count in the comparison. */
  readonly runs: Count;
  /** Ranks among which this one was chosen by the same examples; 1 if it was not chosen. */
  readonly chosenFrom: Count;
}

/** Comparison of two results. */
export interface Comparison extends Difference {
  readonly metric: MetricName;
  readonly margin: Margin;
  readonly confidence: Share;
  readonly first: ComparedSide;
  readonly second: ComparedSide;
  /** Runs of the side with fewer; `paired` if compared seed by seed. */
  readonly seeds: { readonly count: Count; readonly are: "paired" | "apart" };
  /**
   * Examples: `paired` one by one, `shared` without outcomes by example, or `separate`. `count` is of the side with
   * fewer; absent if unknown.
   */
  readonly examples: { readonly count?: Count; readonly are: "paired" | "shared" | "separate" };
  /** Present if runs of both sides are too alike to be separate trainings. */
  readonly copies?: true;
}

/** Basis on which examples of two results are taken to be the same. */
export type SameExamples =
  /** Digests of texts, labels and order agree, or names of examples. */
  | "same"
  /** Names and counts agree, and whatever labels are known. */
  | "by-name"
  | "different"
  /** Scores alone say nothing of their examples. */
  | "unknown";

export type RankDifference = Difference & { readonly rank: number };

/** Comparison of two results at one rank each, with what else was compared. */
export interface WholeComparison extends Comparison {
  /**
   * Examples of both results: `same`, alike in names and counts (`by-name`), `different`, or `unknown`, as of scores
   * alone.
   */
  readonly examplesAre: SameExamples;
  /** Comparison on test examples, by which nothing was chosen; absent unless both sweeps have scores of the same ones. */
  readonly test?: Comparison;
  /** Ranks that both have. Their intervals hold for all of them at once. */
  readonly each?: readonly RankDifference[];
}
