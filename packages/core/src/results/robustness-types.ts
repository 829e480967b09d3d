import type { Count, Interval } from "./scalar-types.ts";

/** What became of a rank at one learning rate. */
export interface RobustnessRun {
  readonly learningRate: number;
  /** `collapsed`: it completed, but knows no more than the most frequent class, or its loss did not fall. */
  readonly status: "learned" | "collapsed" | "diverged" | "out-of-memory";
  /** In the metric's own unit; absent without an evaluation. */
  readonly quality?: number;
}

/** The smallest and the largest rank at one multiple of the sweep's learning rate. */
export interface RobustnessRate {
  /** Multiple of the sweep's learning rate. 1 is the sweep itself, over all of its seeds. */
  readonly factor: number;
  readonly smallest: RobustnessRun;
  readonly largest: RobustnessRun;
  /** Advantage of the largest rank over the smallest, in the metric's unit, positive when it is better. */
  readonly advantage?: number;
  /**
   * Interval of `advantage`. Holds at the decision's confidence for all factors other than 1 at once; at factor 1 it is
   * the sweep's own. The noise between seeds is that of the sweep; with one seed it is unknown and left out.
   */
  readonly interval?: Interval;
  /**
   * Which rank is known to be better here: by the interval, or because the other one collapsed or diverged. Absent when
   * nothing is known.
   */
  readonly better?: "smallest" | "largest";
}

/** The smallest and the largest rank at other learning rates: does the rank decide, or the rate? */
export interface Robustness {
  readonly seed: number;
  readonly smallestRank: Count;
  readonly largestRank: Count;
  /** Ascending by factor. */
  readonly rates: readonly RobustnessRate[];
  /**
   * - `flips`: each of the two ranks is known to be better at some rate.
   * - `breaks`: no flip is known, but at some rate one of them collapsed or diverged where the other learned.
   * - `kept`: the same rank is known to be better at every rate.
   * - `unclear`: none of these. No sign that the rate decides, and no proof that it does not.
   */
  readonly order: "flips" | "breaks" | "kept" | "unclear";
  /** By alpha and scaling the largest rank takes a larger step than the smallest at one learning rate. */
  readonly stepGrowsWithRank: boolean;
}
