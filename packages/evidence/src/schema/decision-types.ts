import type { CheckMembers } from "./check-types.ts";
import type { RankScore } from "./evaluation-types.ts";
import type { MethodMembers } from "./method-types.ts";
import type { MetricName } from "./metric.ts";
import type { Count, Interval, Margin, NonNegative, Seed, Share } from "./scalar-types.ts";

/**
 * Findings on one rank, over the seeds that all compared ranks completed. Intervals treat seeds and examples as
 * samples; with one seed only the examples. Intervals of means are for single ranks, at the decision's confidence.
 */
export interface RankSummary extends RankScore {
  readonly rank: Count;
  readonly seeds: Count;
  /** Mean less that of `bestRank`, in the metric's own unit: below 0 is worse for accuracy, above 0 for log loss. */
  readonly differenceToBest: number;
  /** Interval for all pairs of ranks jointly, at the decision's confidence; `[0, 0]` for the best rank itself. */
  readonly differenceInterval: Interval;
  /**
   * Bound on any other rank's advantage over this one, at the decision's confidence, in the metric's unit. The rank is
   * certified if it is at most the margin. For two ranks without a settled verdict, it holds among such verdicts. A
   * bound beyond the metric's range is cut to it. Absent if the design supports no claim (one seed).
   */
  readonly shortfallBound?: number;
}

/** Rank that was tried but not compared, and why. */
export interface ExcludedRank {
  readonly rank: Count;
  readonly reason: string;
}

/** Rows that a decision is on, if they were chosen. */
export interface ChosenRows {
  /** Rows with one of these values in each column; others were passed over. */
  readonly where?: readonly { readonly column: string; readonly values: readonly string[] }[];
  /** Column over which scores, or outcomes of an example, are averaged within rank and seed. */
  readonly averageOver?: { readonly column: string; readonly values: readonly string[] };
}

/** Learning rate at which a rank is compared. */
export interface ChosenRate {
  readonly rank: Count;
  readonly rate: NonNegative;
  /** Number of rates of its runs. */
  readonly tried: Count;
}

/** Runs with one score each, in place of outcomes of examples. */
export interface RunScores {
  /** Number of compared runs. */
  readonly runs: Count;
  /**
   * Runs of two ranks under one seed are paired: `all` runs, `some`, or `none`, if seeds differ or are unknown. All
   * runs of a rank count in each case.
   */
  readonly pairing: "all" | "some" | "none";
  /** Best rate of each rank; absent if no rank has runs at several. Intervals count the choice. */
  readonly rates?: readonly ChosenRate[];
  /**
   * Noise of the choice of examples in the difference of two ranks: one standard error, in the metric's unit. Absent if
   * the number of examples is unknown, or the score is no share: the decision is then on these examples alone.
   */
  readonly exampleNoise?: {
    /** Included in the intervals: ranks disagree on examples as in measured sweeps. */
    readonly assumed: NonNegative;
    /** If ranks were right on examples independently of each other. */
    readonly independent: NonNegative;
  };
}

/** Run without an outcome, and its status. */
export interface LeftOutRun {
  readonly rank: Count;
  readonly seed: Seed;
  readonly status: "diverged" | "out-of-memory" | "failed" | "missing";
  /** Cause of a failure, in one line; absent for another status. */
  readonly reason?: string;
}

/** Two ranks on the same seeds and examples, in the metric's unit; positive if the first is better. */
export interface PairSummary {
  readonly first: Count;
  readonly second: Count;
  readonly advantage: number;
  /** Interval for all pairs of ranks jointly, at the decision's confidence. */
  readonly interval: Interval;
  /** Variance components of one outcome's difference; `seed` is absent with one seed, which cannot show it. */
  readonly variance: { readonly seed?: number; readonly example: number; readonly residual: number };
}

/** Optimism of a score from choosing the best of several ranks on the outcomes that judge it (winner's curse). */
export interface Selection {
  /** Number of ranks in the choice. */
  readonly ranks: Count;
  /** In the metric's unit, if all ranks are equal; less if they differ. */
  readonly expectedInflation: number;
}

/** Step from one tried rank to the next, in the metric's unit; positive if the larger rank is better. */
export interface ReturnStep {
  readonly from: Count;
  readonly to: Count;
  readonly gain: number;
  /** Interval for all pairs of ranks jointly, at the decision's confidence. */
  readonly interval: Interval;
  /** Gain divided by log2(to / from); absent from rank 0. */
  readonly perDoubling?: number;
  /** Gain divided by the larger rank's added cost; absent if that is unknown or not positive. */
  readonly perParam?: number;
  readonly perAdapterByte?: number;
  /** Absent from the decision on a sweep, which contains no measurements. */
  readonly perSecond?: number;
}

/** Point beyond which a larger rank stops paying. */
export type Returns =
  | {
      /** No step to a larger rank has a supported gain. */
      readonly curve: "flat";
      readonly steps: readonly ReturnStep[];
    }
  | {
      /** Last step with a supported gain leads to `rank`; `interval` is of that gain. */
      readonly curve: "rising-until";
      readonly rank: Count;
      readonly interval: Interval;
      readonly steps: readonly ReturnStep[];
    };

/** Larger design with the fewest outcomes that certifies `rank`, if as good as others, with a probability of 0.8. */
export interface NeededDesign {
  /** Smallest rank that no other is shown to beat. Absent in files of schema 1. */
  readonly rank?: Count;
  readonly examples: Count;
  readonly seeds: Count;
  /** Seeds that suffice on the present examples; absent if no number does. */
  readonly onlySeeds?: Count;
  /**
   * Seeds that suffice in place of `onlySeeds` if the noise between seeds is small (tenth percentile). Absent if no
   * fewer.
   */
  readonly leastSeeds?: Count;
  /** Examples that suffice under the present seeds, in files of earlier versions: few seeds cannot tell. */
  readonly onlyExamples?: Count;
}

/**
 * Rank to choose if nothing else can be run, and its risk, in the metric's unit. Only `rank` is present with one seed
 * or one rank, which show no noise between seeds or no difference.
 */
export interface BestBet {
  /** Certified rank, or else the rank with the best mean, the smallest of equals. */
  readonly rank: Count;
  /** Expected shortfall against the truly best rank. */
  readonly expectedLoss?: NonNegative;
  /** Rank's `shortfallBound`: at the decision's confidence no other rank is better by more. */
  readonly mayLose?: number;
  /** Gain of one more seed of the ranks that may still be the best; absent if that is one rank. */
  readonly oneMoreSeed?: {
    /** Ranks that are the best with a probability of at least 5 %, ascending. */
    readonly ranks: readonly Count[];
    /** Expected fall of the expected loss, since the bet may change. */
    readonly saves: NonNegative;
  };
}

/**
 * Kind of a verdict. A rank is *certified* if its `shortfallBound` is at most the margin.
 *
 * - `adequate`: the recommended rank is certified.
 * - `extend`: the recommended rank is the largest, and its gain over the next smaller one is supported.
 * - `provisional`: some rank is shown to be worse, and the recommended one may lose more than the margin, at most two.
 * - `indistinguishable`: as `provisional`, but no two ranks are shown to differ.
 * - `inconclusive`: no rank is recommended.
 *
 * The first two are *settled*. In files of schema 1 `adequate` stood for `provisional` too.
 */
export type VerdictKind = "adequate" | "extend" | "provisional" | "indistinguishable" | "inconclusive";

/** Verdict without collapsed runs, or by another metric. */
export interface VerdictWithout {
  readonly verdict: VerdictKind;
  readonly rank: Count | null;
  readonly certifiedRank: Count | null;
  /** Present if `rank` is null. */
  readonly bestBet?: BestBet;
}

/** Verdict with every number that led to it. */
export interface Decision extends MethodMembers, CheckMembers {
  readonly verdict: VerdictKind;
  /** Recommended rank; null when inconclusive. */
  readonly rank: Count | null;
  /** Smallest rank that no other beats by more than the margin, or null. Absent in files of earlier versions. */
  readonly certifiedRank?: Count | null;
  /** Present if `rank` is null and some rank completed, unless runs are copies. Absent in files of earlier versions. */
  readonly bestBet?: BestBet;
  /** Rank with the best mean, supported or not; null when no trial completed. */
  readonly bestRank: Count | null;
  readonly metric: MetricName;
  readonly margin: Margin;
  readonly confidence: Share;
  /**
   * Seeds that all compared ranks completed; if seeds are apart, or runs are known by scores, the fewest runs of a
   * rank.
   */
  readonly seeds: Count;
  /** Present if ranks have no seeds in common. All runs of a rank then count, as a sample of its own. */
  readonly seedsAre?: "apart";
  readonly examples: Count;
  /** Ascending by rank. */
  readonly ranks: readonly RankSummary[];
  /** Ranks of the sweep that are not in `ranks`. */
  readonly excluded?: readonly ExcludedRank[];
  /** Absent if all rows of the table were read, each by itself. */
  readonly chosenRows?: ChosenRows;
  /** Present if the decision is on scores of whole runs. */
  readonly runScores?: RunScores;
  /** Runs of compared ranks without an outcome: their seeds are left out for every rank. Absent if none. */
  readonly leftOut?: readonly LeftOutRun[];
  /** Estimated design that would settle the verdict. Absent if settled, or if more data would not. */
  readonly needed?: NeededDesign;
  /**
   * Largest `shortfallBound`, in the metric's unit, with which an unbeaten rank is recommended: two margins. Absent, as
   * the members below, in files of earlier versions.
   */
  readonly indifference?: NonNegative;
  /** All pairs of compared ranks; absent below two, and if runs are or may be copies. */
  readonly pairs?: readonly PairSummary[];
  /** Absent with fewer than two ranks. */
  readonly selection?: Selection;
  /** Absent when the design supports no claim. */
  readonly returns?: Returns;
  /** Absent if no run collapsed, if fewer than two seeds remain, and if the runs say nothing of the ranks. */
  readonly withoutCollapsed?: VerdictWithout;
  /** Verdict by the log loss of the responses; present if generated answers decide. */
  readonly byLogLoss?: VerdictWithout;
  /** Present if a rank is recommended or certified, and so little was run that its evidence is weak. */
  readonly weakEvidence?: WeakEvidence;
  /** Verdict of the file that the trials were read from, if an earlier rule gave another one. */
  readonly earlier?: EarlierVerdict;
  /** Verdict in plain words, one paragraph. */
  readonly explanation: string;
}

/** Weak points of the evidence for a rank; one member at least. */
export interface WeakEvidence {
  /** Fewer than 3. */
  readonly seeds?: Count;
  /** Fewer than 100. */
  readonly examples?: Count;
  /** Groups of examples, fewer than 30. */
  readonly groups?: Count;
  /** Interval of the rank's own mean, wider than half of the metric's range. */
  readonly interval?: Interval;
}

/** Verdict by the rule of schema 1, in which `adequate` allowed a loss of two margins. */
export interface EarlierVerdict {
  readonly verdict: VerdictKind;
  readonly rank: Count | null;
}

export type Decided = Omit<Decision, "explanation">;
