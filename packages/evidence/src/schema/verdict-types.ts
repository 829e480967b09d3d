import type { Count, Interval, NonNegative } from "./scalar-types.ts";

/**
 * Rank to choose if nothing else can be run, and the risk, in the metric's unit. Only `rank` is present with a single
 * seed or rank: either noise between seeds or differences are then unknown.
 */
export interface BestBet {
  /** Certified rank, or else the rank with the best mean; among equals, the smallest. */
  readonly rank: Count;
  /** Expected shortfall against the truly best rank. */
  readonly expectedLoss?: NonNegative;
  /** `shortfallBound` of the rank: at the decision's confidence no other rank is better by more. */
  readonly mayLose?: number;
  /** Gain from another seed over the ranks that may still be best; absent if a single rank may. */
  readonly oneMoreSeed?: {
    /** Ranks that are best with a probability of at least 5 %, ascending. */
    readonly ranks: readonly Count[];
    /** Expected fall in the expected loss, since the bet may change. */
    readonly saves: NonNegative;
  };
}

/**
 * Kind of a verdict. A rank is *certified* if its `shortfallBound` is at most the margin.
 *
 * - `adequate`: the recommended rank is certified.
 * - `extend`: the recommended rank is the largest, and its gain over the next smaller rank is supported.
 * - `provisional`: some rank is shown to be worse, and the recommended rank may lose more than the margin, at most two
 *   margins.
 * - `indistinguishable`: as `provisional`, but no two ranks are shown to differ.
 * - `inconclusive`: no rank is recommended.
 *
 * The first two are *settled*. In schema 1 files `adequate` stood for `provisional` too.
 */
export type VerdictKind = "adequate" | "extend" | "provisional" | "indistinguishable" | "inconclusive";

/** Verdict without collapsed runs, or by another metric. */
export interface VerdictWithout {
  readonly verdict: VerdictKind;
  readonly rank: Count | null;
  readonly certifiedRank: Count | null;
  /** Best bet, if `rank` is null. */
  readonly bestBet?: BestBet;
}

/** Verdict by the deciding metric alone. */
export interface VerdictByTask extends VerdictWithout {
  /** Advantage, in the metric's unit, of the rank that it names over the decision's; absent if one names none. */
  readonly advantage?: number;
  /** Interval of the advantage, for all rank pairs jointly, at the decision's confidence. */
  readonly interval?: Interval;
}
