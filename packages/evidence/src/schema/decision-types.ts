import type { CheckMembers } from "./check-types.ts";
import type { RankScore } from "./evaluation-types.ts";
import type { MethodMembers } from "./method-types.ts";
import type { MetricName } from "./metric.ts";
import type { Count, Interval, Margin, NonNegative, Seed, Share } from "./scalar-types.ts";

/**
 * Findings on one rank, over the seeds that all compared ranks completed. Intervals treat seeds and examples as
 * samples; with one seed the examples alone, as the spread between seeds is unknown. Those of means are for this rank
 * by itself, at the decision's confidence.
 */
export interface RankSummary extends RankScore {
  readonly rank: Count;
  readonly seeds: Count;
  /** This rank minus `bestRank` in the metric's own unit: below 0 is worse for accuracy, above 0 for log loss. */
  readonly differenceToBest: number;
  /** Holds for all pairs of ranks at once at the decision's confidence; `[0, 0]` for the best rank itself. */
  readonly differenceInterval: Interval;
  /**
   * Bound such that no other rank is better than this one by more, at the decision's confidence, in the metric's unit.
   * The rank is certified when it is at most the margin. If two ranks are compared and the verdict is not settled, it holds
   * among such verdicts. It is cut to the metric's range, where it bounds nothing. Absent when the design supports no claim
   * (one seed).
   */
  readonly shortfallBound?: number;
}

/** A rank that was tried but could not be compared, and why. */
export interface ExcludedRank {
  readonly rank: Count;
  readonly reason: string;
}

/** Rows of a table that a decision is on, where they were chosen. */
export interface ChosenRows {
  /** Rows with one of these values in each column; others were passed over. */
  readonly where?: readonly { readonly column: string; readonly values: readonly string[] }[];
  /** Column over whose values scores, or outcomes of an example, are averaged within rank and seed. */
  readonly averageOver?: { readonly column: string; readonly values: readonly string[] };
}

/** The learning rate at which a rank is compared. */
export interface ChosenRate {
  readonly rank: Count;
  readonly rate: NonNegative;
  /** Rates of its runs. */
  readonly tried: Count;
}

/** Runs that are known by one score each, in place of the outcomes of their examples. */
export interface RunScores {
  /** The compared runs. */
  readonly runs: Count;
  /**
   * Runs of two ranks under one seed are compared with each other: `all` runs, `some`, or `none`, since seeds differ
   * between ranks or are unknown. All runs of a rank count in each case.
   */
  readonly pairing: "all" | "some" | "none";
  /** Best rate of each rank; absent if no rank has runs at several. Intervals count that the rates were chosen. */
  readonly rates?: readonly ChosenRate[];
  /**
   * Noise of the choice of examples in the difference of two ranks: one standard error, in the metric's unit. Absent
   * where the number of examples is unknown, or the score is no share: the decision then is on these examples alone.
   */
  readonly exampleNoise?: {
    /** Included in the intervals: ranks disagree on examples as they did in measured sweeps. */
    readonly assumed: NonNegative;
    /** If ranks were right on examples independently of each other. */
    readonly independent: NonNegative;
  };
}

/** A run without an outcome, and its status. */
export interface LeftOutRun {
  readonly rank: Count;
  readonly seed: Seed;
  readonly status: "diverged" | "out-of-memory" | "failed" | "missing";
  /** Why a run failed, in one line; absent for another status. */
  readonly reason?: string;
}

/** Two ranks on the same seeds and examples. In the metric's unit, positive when the first one is better. */
export interface PairSummary {
  readonly first: Count;
  readonly second: Count;
  readonly advantage: number;
  /** Holds for all pairs of ranks at once at the decision's confidence. */
  readonly interval: Interval;
  /** Variance components of one outcome's difference; `seed` is absent with one seed, which cannot show it. */
  readonly variance: { readonly seed?: number; readonly example: number; readonly residual: number };
}

/** Optimism of a score from choosing the best of several ranks on the outcomes that it is judged by (winner's curse). */
export interface Selection {
  /** Ranks among which the best was chosen. */
  readonly ranks: Count;
  /** In the metric's unit, if all ranks are truly equal; less if they differ. */
  readonly expectedInflation: number;
}

/** A step from one tried rank to the next. In the metric's unit, positive when the larger rank is better. */
export interface ReturnStep {
  readonly from: Count;
  readonly to: Count;
  readonly gain: number;
  /** Holds for all pairs of ranks at once at the decision's confidence. */
  readonly interval: Interval;
  /** The gain divided by log2(to / from); absent from rank 0. */
  readonly perDoubling?: number;
  /** The gain divided by the added cost of the larger rank; absent if that is unknown or not positive. */
  readonly perParam?: number;
  readonly perAdapterByte?: number;
  /** Absent from the decision on a sweep, which contains no measurements. */
  readonly perSecond?: number;
}

/** The point beyond which a larger rank stops paying. */
export type Returns =
  | {
      /** No step to a larger rank has a supported gain. */
      readonly curve: "flat";
      readonly steps: readonly ReturnStep[];
    }
  | {
      /** The last step with a supported gain leads to `rank`; `interval` is of that gain. */
      readonly curve: "rising-until";
      readonly rank: Count;
      readonly interval: Interval;
      readonly steps: readonly ReturnStep[];
    };

/**
 * A larger design of the same kind, with the fewest evaluated outcomes. If `rank` is as good as the others, it is certified
 * with a probability of 0.8.
 */
export interface NeededDesign {
  /** The smallest rank that no other one is shown to beat. Absent in files of schema 1. */
  readonly rank?: Count;
  readonly examples: Count;
  readonly seeds: Count;
  /** Seeds that suffice on the present examples; absent if no number does. */
  readonly onlySeeds?: Count;
  /**
   * Seeds that suffice in place of `onlySeeds` if the noise between seeds is small: nine tenths of what the runs leave
   * possible is more. Absent if that is no fewer.
   */
  readonly leastSeeds?: Count;
  /** Examples that suffice under the present seeds, in files of earlier versions: few seeds cannot tell. */
  readonly onlyExamples?: Count;
}

/**
 * The rank to choose if nothing else can be run, and its risk, in the metric's unit. Members but `rank` are absent with
 * one seed or one rank, which show no noise between seeds or no difference.
 */
export interface BestBet {
  /** The certified rank, or else the one with the best mean, the smallest of equals. */
  readonly rank: Count;
  /** Expected shortfall against the rank that is truly the best. */
  readonly expectedLoss?: NonNegative;
  /** Its `shortfallBound`: at the decision's confidence no other rank is better by more. */
  readonly mayLose?: number;
  /** Gain of one more seed of the ranks that may still be the best; absent if that is one rank. */
  readonly oneMoreSeed?: {
    /** Each of them is the best with a probability of at least 5 %. Ascending. */
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
 * - `indistinguishable`: the same, where no two ranks are shown to differ.
 * - `inconclusive`: no rank is recommended.
 *
 * The first two are *settled*. In files of schema 1 `adequate` stood for `provisional` too.
 */
export type VerdictKind = "adequate" | "extend" | "provisional" | "indistinguishable" | "inconclusive";

/** The verdict without the runs that collapsed, or by another metric. */
export interface VerdictWithout {
  readonly verdict: VerdictKind;
  readonly rank: Count | null;
  readonly certifiedRank: Count | null;
  /** Present if `rank` is null. */
  readonly bestBet?: BestBet;
}

/** The verdict with every number that led to it. */
export interface Decision extends MethodMembers, CheckMembers {
  readonly verdict: VerdictKind;
  /** The recommended rank; null when inconclusive. */
  readonly rank: Count | null;
  /** The smallest rank that no other one beats by more than the margin, or null. Absent in files of earlier versions. */
  readonly certifiedRank?: Count | null;
  /**
   * Present if `rank` is null and some rank completed. Absent if runs are copies of others, which say nothing of their
   * ranks, and in files of earlier versions.
   */
  readonly bestBet?: BestBet;
  /** The rank with the best mean, which need not be supported; null when no trial completed. */
  readonly bestRank: Count | null;
  readonly metric: MetricName;
  readonly margin: Margin;
  readonly confidence: Share;
  /** Seeds that all compared ranks completed; if seeds are apart, or runs are known by scores, the fewest runs of a rank. */
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
  /** Runs of compared ranks without an outcome: their seeds are left out for every rank. Absent if there are none. */
  readonly leftOut?: readonly LeftOutRun[];
  /** Estimated design that would settle the verdict. Absent if it is settled, and when more data of the same kind would not. */
  readonly needed?: NeededDesign;
  /**
   * Largest `shortfallBound`, in the metric's unit, with which an unbeaten rank is recommended: two margins. Absent, as
   * the members below, in files of earlier versions.
   */
  readonly indifference?: NonNegative;
  /** All pairs of compared ranks; absent with fewer than two, and if runs are or may be copies. */
  readonly pairs?: readonly PairSummary[];
  /** Absent with fewer than two ranks. */
  readonly selection?: Selection;
  /** Absent when the design supports no claim. */
  readonly returns?: Returns;
  /** Absent if no run collapsed, if fewer than two seeds remain, and if the runs say nothing of the ranks. */
  readonly withoutCollapsed?: VerdictWithout;
  /** The verdict by the log loss of the responses; present if generated answers decide. */
  readonly byLogLoss?: VerdictWithout;
  /** Present if a rank is recommended or certified, and so little was run that its evidence is weak. */
  readonly weakEvidence?: WeakEvidence;
  /** Verdict of the file that the trials were read from, if an earlier rule gave another one. */
  readonly earlier?: EarlierVerdict;
  /** The verdict in plain words, one paragraph. */
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

/** A verdict by the rule of schema 1, in which `adequate` allowed a loss of two margins. */
export interface EarlierVerdict {
  readonly verdict: VerdictKind;
  readonly rank: Count | null;
}

/** Members of a decision from which claims are made: all but its words. */
export type Decided = Omit<Decision, "explanation">;
