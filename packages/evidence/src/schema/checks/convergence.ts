import type { Count, Interval, NonNegative } from "../scalar-types.ts";

/** Convergence of a rank's training loss at the end of its budget, over the rank's completed runs. */
export interface RankConvergence {
  readonly rank: Count;
  readonly seeds: Count;
  /** Passes over the training examples. */
  readonly epochs: NonNegative;
  /**
   * Nats by which twice the budget would lower the training loss, from a regression over the later half of the run.
   * Absent, with its interval and `trainLoss`, if the runs are too short for that: such a rank is listed only if it is
   * stuck.
   */
  readonly fall?: number;
  /** Interval of `fall`, at the decision's confidence. */
  readonly interval?: Interval;
  /** A fall of less than this, in nats, counts as none. */
  readonly threshold: NonNegative;
  /** Training loss at the end, in nats, by the same regression, or 0 if that is negative. */
  readonly trainLoss?: number;
  /** The training loss of most of its runs rose far above its start: the learning rate is too high. Else absent. */
  readonly rose?: true;
  /**
   * - `stuck`: most of its runs are no better than the most frequent class. A flat loss then is no convergence.
   * - `memorising`: after more than one pass it fits its training examples surely better than the evaluation examples.
   *   A training loss that still falls says nothing of new examples, and more training is not needed.
   * - `falling`: the fall surely exceeds the threshold.
   * - `converged`: the fall surely stays below the threshold.
   * - `unclear`: the noise between steps hides which.
   */
  readonly state: "falling" | "converged" | "memorising" | "stuck" | "unclear";
}

/** Members that the check adds to a decision. */
export interface ConvergenceMembers {
  /** Convergence of each compared rank; absent without loss curves. Ascending by rank. */
  readonly convergence?: readonly RankConvergence[];
}
