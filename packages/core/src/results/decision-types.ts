import type { CheckMembers } from "./check-types.ts";
import type { MethodMembers } from "./method-types.ts";
import type { MetricName } from "./metric.ts";
import type { Count, Interval, Margin, NonNegative, Seed, Share } from "./scalar-types.ts";
import type { RankScore } from "./test-types.ts";

/**
 * What the data say about one rank, over the seeds that all compared ranks completed.
 * Intervals account for both the seeds and the examples being a sample; with one seed they account for the
 * examples alone, because the spread between seeds is then unknown. Those of its means are at the decision's confidence, for this
 * rank by itself.
 */
export interface RankSummary extends RankScore {
  readonly rank: Count;
  readonly seeds: Count;
  /** This rank minus `bestRank` in the metric's own unit: below 0 is worse for accuracy, above 0 for log loss. */
  readonly differenceToBest: number;
  /** Holds for all pairs of ranks at once at the decision's confidence; `[0, 0]` for the best rank itself. */
  readonly differenceInterval: Interval;
  /**
   * At the decision's confidence no other rank is better than this one by more than this, in the metric's unit.
   * The rank is adequate when it is at most the margin. Absent when the design supports no claim (one seed).
   */
  readonly shortfallBound?: number;
}

/** A rank that was tried but could not be compared, and why. */
export interface ExcludedRank {
  readonly rank: Count;
  readonly reason: string;
}

/** A run that left no outcome, and what became of it. */
export interface LeftOutRun {
  readonly rank: Count;
  readonly seed: Seed;
  readonly status: "diverged" | "out-of-memory" | "missing";
}

/** Two ranks on the same seeds and examples. In the metric's unit, positive when the first one is better. */
export interface PairSummary {
  readonly first: Count;
  readonly second: Count;
  readonly advantage: number;
  /** Holds for all pairs of ranks at once at the decision's confidence. */
  readonly interval: Interval;
  /** Variance components of one outcome's difference; `seed` is absent with one seed, where it cannot be seen. */
  readonly variance: { readonly seed?: number; readonly example: number; readonly residual: number };
}

/** What choosing the best of several ranks on the outcomes that it is judged by adds to how good it looks. */
export interface Selection {
  /** Ranks among which the best was chosen. */
  readonly ranks: Count;
  /** In the metric's unit, if all ranks are truly equal; less where they differ. */
  readonly expectedInflation: number;
}

/** From one rank tried to the next. In the metric's unit, positive when the larger rank is better. */
export interface ReturnStep {
  readonly from: Count;
  readonly to: Count;
  readonly gain: number;
  /** Holds for all pairs of ranks at once at the decision's confidence. */
  readonly interval: Interval;
  /** The gain divided by log2(to / from); absent from rank 0. */
  readonly perDoubling?: number;
  /** The gain divided by what the larger rank has or takes more; absent where that is unknown or no more. */
  readonly perParam?: number;
  readonly perAdapterByte?: number;
  /** Absent from the decision on a sweep, which holds nothing that was measured. */
  readonly perSecond?: number;
}

/** Where a larger rank stopped paying. */
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

/** A larger design of the same kind: the one with the fewest evaluated outcomes. */
export interface NeededDesign {
  readonly examples: Count;
  readonly seeds: Count;
  /** Seeds that do on the examples that there are; absent where 30 do not. */
  readonly onlySeeds?: Count;
}

/** The verdict with every number that led to it. */
export interface Decision extends MethodMembers, CheckMembers {
  readonly verdict: "adequate" | "indistinguishable" | "inconclusive" | "extend";
  /** The recommended rank; null when inconclusive. */
  readonly rank: Count | null;
  /** The smallest rank that no other one beats by more than the margin; null where none is shown to be. Absent in files of earlier versions. */
  readonly certifiedRank?: Count | null;
  /** The rank with the best mean, which need not be supported; null when no trial completed. */
  readonly bestRank: Count | null;
  readonly metric: MetricName;
  readonly margin: Margin;
  readonly confidence: Share;
  /** Seeds that all compared ranks completed. */
  readonly seeds: Count;
  readonly examples: Count;
  /** Ascending by rank. */
  readonly ranks: readonly RankSummary[];
  /** Ranks of the sweep that are not in `ranks`. */
  readonly excluded?: readonly ExcludedRank[];
  /** Runs of compared ranks that left no outcome: their seeds are left out for every rank. Absent where there are none. */
  readonly leftOut?: readonly LeftOutRun[];
  /** About what would settle an inconclusive verdict; absent when more data of the same kind would not. */
  readonly needed?: NeededDesign;
  /** About what would certify the recommended rank if it is as good as the others; absent where it is certified. */
  readonly neededToCertify?: NeededDesign & { readonly rank: Count };
  /**
   * A rank that no other one beats is recommended when its `shortfallBound` is at most this, in the metric's unit: two margins.
   * Absent, as the members below, in files of earlier versions.
   */
  readonly indifference?: NonNegative;
  /** All pairs of compared ranks; absent with fewer than two, and where runs are or may be copies. */
  readonly pairs?: readonly PairSummary[];
  /** Absent with fewer than two ranks. */
  readonly selection?: Selection;
  /** Absent when the design supports no claim. */
  readonly returns?: Returns;
  /** The verdict in plain words, one paragraph. */
  readonly explanation: string;
}

/** The members of a decision that claims are made of: all but its words. */
export type Decided = Omit<Decision, "explanation">;
