import type { Count, Interval, NonNegative } from "./scalar-types.ts";

/** Whether the training loss of a rank was still falling when its budget ended; over the rank's completed runs. */
export interface RankConvergence {
  readonly rank: Count;
  readonly seeds: Count;
  /** Passes over the training examples. */
  readonly epochs: NonNegative;
  /**
   * Nats by which twice the budget would lower the training loss, read off the later half of the run. Absent, with its
   * interval and `trainLoss`, where the runs are too short for a line: such a rank is named only if it is stuck.
   */
  readonly fall?: number;
  /** Interval of `fall`, at the decision's confidence. */
  readonly interval?: Interval;
  /** A fall of less than this, in nats, counts as none. */
  readonly threshold: NonNegative;
  /** Training loss at the end, in nats, by the same line, or 0 where that runs below it. */
  readonly trainLoss?: number;
  /** The training loss of most of its runs rose far above where it began: the learning rate is too high. Else absent. */
  readonly rose?: true;
  /**
   * - `stuck`: most of its runs know no more than the most frequent class. A flat loss then is no convergence.
   * - `memorising`: after more than one pass it fits its training examples surely better than the evaluation examples;
   *   what its training loss still loses says nothing of new examples. It is not short of training.
   * - `falling`: the fall surely exceeds the threshold.
   * - `converged`: the fall surely stays below the threshold.
   * - `unclear`: the noise between steps hides which.
   */
  readonly state: "falling" | "converged" | "memorising" | "stuck" | "unclear";
}
