import type { Count, Interval } from "./scalar-types.ts";

/** Outcome beside the deciding metric, such as forgetting: a condition on every rank, or information. */
export interface SecondaryOutcome {
  /** Name, such as `forgetting`. */
  readonly name: string;
  /** Better side. */
  readonly better: "higher" | "lower";
  /** Unit in words, such as `nats`; absent for plain numbers. */
  readonly unit?: string;
  /** Condition on a rank's mean: at most `limit` if lower is better, else at least. Absent for information. */
  readonly limit?: number;
}

/** Values of a run in a secondary outcome. */
export interface SecondaryValues {
  readonly name: string;
  /** Values by example, in the same order in all runs; a single value if runs are scored as a whole. */
  readonly values: readonly number[];
}

/** Findings on a secondary outcome, over the compared ranks' seeds. */
export interface SecondaryFinding extends SecondaryOutcome {
  /** Example count of a run; 1 if runs are scored as a whole. */
  readonly examples: Count;
  /** Ranks with completed runs, ascending. */
  readonly ranks: readonly SecondaryScore[];
}

/**
 * State of a condition. `met`: the bound lies within the limit. `violated`: the opposite bound lies beyond it. `open`:
 * neither, or a single seed.
 *
 * That a rank meets all conditions is claimed for all ranks jointly, at the decision's confidence; so is `violated`.
 */
export type ConditionState = "met" | "violated" | "open";

/** Finding on a rank in a secondary outcome. */
export interface SecondaryScore {
  readonly rank: Count;
  readonly mean: number;
  /** Interval around the mean, for this rank alone, at the decision's confidence. Absent for a single value. */
  readonly interval?: Interval;
  /** Bound on the mean towards the limit, for all ranks jointly; absent without a condition and with a single seed. */
  readonly bound?: number;
  /** State of the condition; absent without one. */
  readonly condition?: ConditionState;
}
