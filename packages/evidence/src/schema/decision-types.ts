import type { ArmAxis } from "./arm-types.ts";
import type { CheckMembers } from "./check-types.ts";
import type { RankScore } from "./evaluation-types.ts";
import type { MethodMembers } from "./method-types.ts";
import type { MetricName } from "./metric.ts";
import type { Count, Interval, Margin, NonNegative, Seed, Share } from "./scalar-types.ts";
import type { SecondaryFinding } from "./secondary-types.ts";
import type { BestBet, VerdictByTask, VerdictKind, VerdictWithout } from "./verdict-types.ts";

export type * from "./verdict-types.ts";

/**
 * Findings on a rank, over the seeds that all compared ranks completed. Intervals treat seeds and examples as samples;
 * with a single seed only the examples. Intervals around means are for single ranks, at the decision's confidence.
 */
export interface RankSummary extends RankScore {
  readonly rank: Count;
  readonly seeds: Count;
  /** Mean score minus `bestRank`'s, in the metric's own unit: below 0 is worse for accuracy, above 0 for log loss. */
  readonly differenceToBest: number;
  /**
   * Interval of `differenceToBest`, for all rank pairs jointly, at the decision's confidence; `[0, 0]` for the best
   * rank.
   */
  readonly differenceInterval: Interval;
  /**
   * Upper bound on any other rank's advantage over this rank, at the decision's confidence, in the metric's unit. A
   * bound of at most the margin certifies the rank. With two ranks and no settled verdict, the confidence holds among
   * such verdicts. Ranks shown to violate a condition do not count as others. A bound beyond the metric's range is cut to it. Absent if the design supports no claim (a single
   * seed).
   */
  readonly shortfallBound?: number;
}

/** Rank that was tried but not compared, and why. */
export interface ExcludedRank {
  readonly rank: Count;
  readonly reason: string;
}

/** Selection and averaging of a table's rows before the decision. */
export interface ChosenRows {
  /** Filters: rows were read if each of these columns has one of its values. */
  readonly where?: readonly { readonly column: string; readonly values: readonly string[] }[];
  /** Column over which scores, or an example's outcomes, are averaged within rank and seed. */
  readonly averageOver?: { readonly column: string; readonly values: readonly string[] };
}

/** Learning rate at which a rank is compared. */
export interface ChosenRate {
  readonly rank: Count;
  readonly rate: NonNegative;
  /** Count of learning rates tried with the rank. */
  readonly tried: Count;
}

/** Runs with a single score each, in place of example outcomes. */
export interface RunScores {
  /** Count of compared runs, over all ranks. */
  readonly runs: Count;
  /**
   * Pairing of two ranks' runs under the same seed: `all` runs, `some`, or `none`, if seeds differ or are unknown. All
   * the rank's runs count in each case.
   */
  readonly pairing: "all" | "some" | "none";
  /** Best learning rate by rank; absent if no rank has runs at several. Intervals allow for this choice. */
  readonly rates?: readonly ChosenRate[];
  /**
   * Noise that the choice of examples adds to a difference between ranks: a standard error, in the metric's unit.
   * Absent if the example count is unknown, or the score is no share: the decision is then on these examples alone.
   */
  readonly exampleNoise?: {
    /** Noise included in the intervals, if ranks disagree on examples as in measured sweeps. */
    readonly assumed: NonNegative;
    /** Noise if ranks were right on examples independently. */
    readonly independent: NonNegative;
  };
}

/** Run without an outcome, and its status: how it ended, or `missing` if it never ran. */
export interface LeftOutRun {
  readonly rank: Count;
  readonly seed: Seed;
  readonly status: "diverged" | "out-of-memory" | "failed" | "missing";
  /** Cause of status `failed`, in a line; absent for another status. */
  readonly reason?: string;
}

/** Difference between two ranks' scores, in the metric's unit; positive if the first rank is better. */
export interface PairSummary {
  readonly first: Count;
  readonly second: Count;
  readonly advantage: number;
  /** Interval of the difference, for all rank pairs jointly, at the decision's confidence. */
  readonly interval: Interval;
  /**
   * Variance components of a difference between two outcomes; `seed` is absent with a single seed, which cannot show
   * it.
   */
  readonly variance: { readonly seed?: number; readonly example: number; readonly residual: number };
}

/** Winner's curse: optimism from choosing the best of several ranks on the outcomes that judge it. */
export interface Selection {
  /** Count of ranks to choose from. */
  readonly ranks: Count;
  /** Expected optimism in the metric's unit, if all ranks are equal; less if they differ. */
  readonly expectedInflation: number;
}

/** Step from a tried rank to the next, in the metric's unit; positive if the larger rank is better. */
export interface ReturnStep {
  readonly from: Count;
  readonly to: Count;
  readonly gain: number;
  /** Interval of the difference, for all rank pairs jointly, at the decision's confidence. */
  readonly interval: Interval;
  /** Gain divided by log2(to / from); absent from rank 0. */
  readonly perDoubling?: number;
  /** Gain per parameter that the larger rank adds; like `perAdapterByte`, absent if sizes are unknown or not larger. */
  readonly perParam?: number;
  readonly perAdapterByte?: number;
  /** Gain per added training second; absent from a sweep's decision, which contains no measured times. */
  readonly perSecond?: number;
}

/** Point beyond which a larger rank stops paying. */
export type Returns =
  | {
      /** Flat: no step to a larger rank has a supported gain. */
      readonly curve: "flat";
      readonly steps: readonly ReturnStep[];
    }
  | {
      /** Last step with a supported gain leads to `rank`; `interval` is around that gain. */
      readonly curve: "rising-until";
      readonly rank: Count;
      readonly interval: Interval;
      readonly steps: readonly ReturnStep[];
    };

/** Larger design with the fewest outcomes that certifies `rank`, if as good as others, with probability 0.8. */
export interface NeededDesign {
  /** Rank to certify: the smallest that no other is shown to beat. Absent in schema 1 files. */
  readonly rank?: Count;
  readonly examples: Count;
  readonly seeds: Count;
  /** Seed count sufficient on the present examples; absent if no number is. */
  readonly onlySeeds?: Count;
  /**
   * Seed count that suffices in place of `onlySeeds` if the noise between seeds is small (tenth percentile). Absent if
   * no fewer.
   */
  readonly leastSeeds?: Count;
  /** Example count sufficient under the present seeds. Only in files by earlier versions: few seeds cannot tell. */
  readonly onlyExamples?: Count;
}

/** Verdict with every number that led to it. */
export interface Decision extends MethodMembers, CheckMembers {
  readonly verdict: VerdictKind;
  /** Recommended rank; null when inconclusive. */
  readonly rank: Count | null;
  /** Smallest rank that no other beats by more than the margin, or null. Absent in files by earlier versions. */
  readonly certifiedRank?: Count | null;
  /**
   * Best bet, present if `rank` is null and some rank completed, unless runs are copies. Absent in files by earlier
   * versions.
   */
  readonly bestBet?: BestBet;
  /** Rank with the best mean, supported or not; null when no trial completed. */
  readonly bestRank: Count | null;
  readonly metric: MetricName;
  readonly margin: Margin;
  readonly confidence: Share;
  /**
   * Count of seeds that all compared ranks completed; if seeds are apart, or runs are known by scores, the fewest runs
   * per rank.
   */
  readonly seeds: Count;
  /** Seed design: present if ranks have no seeds in common. Each rank's runs then all count, as a separate sample. */
  readonly seedsAre?: "apart";
  readonly examples: Count;
  /** Rank summaries, ascending by rank. */
  readonly ranks: readonly RankSummary[];
  /** Ranks that were tried but not compared. */
  readonly excluded?: readonly ExcludedRank[];
  /** Arms, if they are compared in place of ranks; members named `rank` then hold their numbers. */
  readonly axis?: ArmAxis;
  /** Selection and averaging of the table's rows; absent if all were read, each by itself. */
  readonly chosenRows?: ChosenRows;
  /** Details if runs are known by single scores; absent if they are known by example. */
  readonly runScores?: RunScores;
  /** Compared ranks' runs without an outcome: their seeds are left out for every rank. Absent if none. */
  readonly leftOut?: readonly LeftOutRun[];
  /** Estimated design that would settle the verdict. Absent if settled, or if more data would not. */
  readonly needed?: NeededDesign;
  /**
   * Largest `shortfallBound`, in the metric's unit, with which an unbeaten rank is recommended: two margins. Absent,
   * like the members below, in files by earlier versions.
   */
  readonly indifference?: NonNegative;
  /** Comparisons for all pairs of ranks; absent below two, and if runs are or may be copies. */
  readonly pairs?: readonly PairSummary[];
  /** Winner's curse at the best mean; absent with fewer than two ranks. */
  readonly selection?: Selection;
  /** Returns from larger ranks; absent when the design supports no claim. */
  readonly returns?: Returns;
  /**
   * Verdict without collapsed runs. Absent if no run collapsed, if fewer than two seeds remain, and if the runs say
   * nothing about ranks.
   */
  readonly withoutCollapsed?: VerdictWithout;
  /** Findings on secondary outcomes; absent without any. */
  readonly secondary?: readonly SecondaryFinding[];
  /** Verdict by the metric alone, if conditions lead to another rank: recommended, certified or best bet. */
  readonly byTask?: VerdictByTask;
  /** Verdict by the responses' log loss; present if generated answers decide. */
  readonly byLogLoss?: VerdictWithout;
  /** Weak points, present if a rank is recommended or certified on few seeds or examples, or with a wide interval. */
  readonly weakEvidence?: WeakEvidence;
  /** Verdict in the file from which trials were read, if an earlier rule decided differently. */
  readonly earlier?: EarlierVerdict;
  /** Verdict in plain words, as a paragraph. */
  readonly explanation: string;
}

/** Weak points in the evidence for a rank; at least one member is present. */
export interface WeakEvidence {
  /** Seed count, if fewer than 3. */
  readonly seeds?: Count;
  /** Example count, if fewer than 100. */
  readonly examples?: Count;
  /** Example group count, if fewer than 30. */
  readonly groups?: Count;
  /** Interval around the rank's own mean, if wider than half the metric's range. */
  readonly interval?: Interval;
}

/** Verdict by schema 1's rule, in which `adequate` allowed a loss of two margins. */
export interface EarlierVerdict {
  readonly verdict: VerdictKind;
  readonly rank: Count | null;
}

export type Decided = Omit<Decision, "explanation">;
