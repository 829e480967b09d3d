import type { Count, Interval, NonNegative } from "../scalar-types.ts";

/** Convergence of a rank's training loss at the end of the training budget, over completed runs. */
export interface RankConvergence {
  readonly rank: Count;
  readonly seeds: Count;
  /** Training budget, in passes over the training examples. */
  readonly epochs: NonNegative;
  /**
   * Nats by which twice the budget would lower the training loss, by a regression over the run's later half. Absent,
   * with its interval and `trainLoss`, if runs are too short: such a rank is listed only if it is stuck.
   */
  readonly fall?: number;
  /** Interval of `fall`, at the decision's confidence. */
  readonly interval?: Interval;
  /** Fall that tells `falling` from `converged`, in nats. */
  readonly threshold: NonNegative;
  /** Training loss at the end, in nats, by the same regression; at least 0. */
  readonly trainLoss?: number;
  /** Present if the training loss rose far above the start in most runs: the learning rate is too high. */
  readonly rose?: true;
  /**
   * Convergence state.
   *
   * - `stuck`: most runs are no better than the most frequent class; a flat loss is no convergence.
   * - `memorising`: after more than one pass, training examples are surely fitted better than evaluation examples. More
   *   training is not needed, even if the loss falls.
   * - `falling`: the fall surely exceeds the threshold.
   * - `converged`: the fall surely stays below the threshold.
   * - `unclear`: the noise between steps hides which.
   */
  readonly state: "falling" | "converged" | "memorising" | "stuck" | "unclear";
}

export interface ConvergenceMembers {
  /** Convergence by compared rank, ascending; absent without loss curves. */
  readonly convergence?: readonly RankConvergence[];
}
