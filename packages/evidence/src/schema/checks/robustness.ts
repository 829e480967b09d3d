import type { Count, Interval, NonNegative, Seed } from "../scalar-types.ts";

/** Outcome of training a rank at a learning rate. */
export interface RobustnessRun {
  readonly learningRate: NonNegative;
  /**
   * Outcome of the training. `collapsed`: completed, but no better than the most frequent class, or without a falling
   * loss.
   */
  readonly status: "learned" | "collapsed" | "diverged" | "out-of-memory";
  /** Score in the metric's own unit; absent without an evaluation. */
  readonly quality?: number;
}

/** Smallest and largest rank at a multiple of the sweep's learning rate. */
export interface RobustnessRate {
  /** Multiple of the sweep's learning rate. 1 is the sweep itself, over all seeds. */
  readonly factor: NonNegative;
  readonly smallest: RobustnessRun;
  readonly largest: RobustnessRun;
  /** Advantage of the largest rank over the smallest, in the metric's unit; positive if better. */
  readonly advantage?: number;
  /**
   * Interval around `advantage`, at the decision's confidence for all factors but 1 jointly; at 1 it is the sweep's
   * own. Noise between seeds is the sweep's; with a single seed it is unknown and left out.
   */
  readonly interval?: Interval;
  /** Rank known to be better here, by the interval, or because the other collapsed or diverged. Absent if unknown. */
  readonly better?: "smallest" | "largest";
}

/**
 * Largest rank under rsLoRA's scaling, alpha / √rank, in a sweep with scaling alpha / rank. All runs share a seed and
 * the sweep's learning rate.
 *
 * Amounts are in the metric's unit, positive if the run under rsLoRA's scaling is better. Intervals hold at the
 * decision's confidence jointly. Noise between seeds is the sweep's, for the ranks' difference; without it intervals
 * are absent.
 */
export interface RobustnessScaling {
  /** Alpha under rsLoRA's scaling: at the smallest rank the two scalings agree. */
  readonly alpha: NonNegative;
  /** rsLoRA's scaling over the sweep's at the largest rank: √(largest / smallest). */
  readonly ratio: NonNegative;
  readonly rslora: RobustnessRun;
  /** Smallest rank under the sweep's scaling, as `largest`. */
  readonly smallest: RobustnessRun;
  readonly largest: RobustnessRun;
  /** Advantage of `rslora` over `largest`. */
  readonly gain?: number;
  readonly gainInterval?: Interval;
  /**
   * Effect of rsLoRA's scaling on the largest rank: shown by `gainInterval`, or as either run collapsed or diverged.
   * Absent if unknown.
   */
  readonly change?: "gains" | "loses";
  /** Advantage of `rslora` over `smallest`. */
  readonly advantage?: number;
  readonly interval?: Interval;
  /** Rank known to be better, the largest under rsLoRA's scaling. Absent if unknown. */
  readonly better?: "smallest" | "largest";
}

/** Smallest and largest rank at other learning rates, to see if the better rank depends on the rate. */
export interface Robustness {
  readonly seed: Seed;
  readonly smallestRank: Count;
  readonly largestRank: Count;
  /** Results by learning rate, ascending by factor. */
  readonly rates: readonly RobustnessRate[];
  /**
   * Dependence of the better rank on the rate.
   *
   * - `flips`: each rank is known to be better at some rate.
   * - `breaks`: no known flip, but at some rate one rank collapsed or diverged and the other learned.
   * - `kept`: the same rank is known to be better at every rate.
   * - `unclear`: none of these.
   */
  readonly order: "flips" | "breaks" | "kept" | "unclear";
  /** True if alpha and scaling give the largest rank a larger step than the smallest at equal learning rates. */
  readonly stepGrowsWithRank: boolean;
  /** Largest rank under rsLoRA's scaling; absent if the sweep did not try it. */
  readonly scaling?: RobustnessScaling;
}

export interface RobustnessMembers {
  /** Smallest and largest rank at other learning rates; absent unless tried. */
  readonly robustness?: Robustness;
}
