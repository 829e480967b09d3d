import type { Count, Interval, NonNegative, Seed } from "../scalar-types.ts";

/** Outcome of a rank at one learning rate. */
export interface RobustnessRun {
  readonly learningRate: NonNegative;
  /** `collapsed`: it completed, but is no better than the most frequent class, or its loss did not fall. */
  readonly status: "learned" | "collapsed" | "diverged" | "out-of-memory";
  /** In the metric's own unit; absent without an evaluation. */
  readonly quality?: number;
}

/** The smallest and the largest rank at one multiple of the sweep's learning rate. */
export interface RobustnessRate {
  /** Multiple of the sweep's learning rate. 1 is the sweep itself, over all of its seeds. */
  readonly factor: NonNegative;
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
   * The rank that is known to be better here, by the interval, or because the other one collapsed or diverged. Absent
   * when nothing is known.
   */
  readonly better?: "smallest" | "largest";
}

/**
 * The largest rank under rsLoRA's scaling, alpha / √rank, in a sweep whose scaling is alpha / rank. All runs have the
 * same seed and the sweep's learning rate.
 *
 * Amounts are in the metric's unit, positive when the run under rsLoRA's scaling is better. Their intervals hold at the
 * decision's confidence for both at once. The noise between seeds is that of the sweep's difference between the two
 * ranks; an interval is absent if that is unknown.
 */
export interface RobustnessScaling {
  /** Alpha of the run under rsLoRA's scaling: at the smallest rank the two scalings agree. */
  readonly alpha: NonNegative;
  /** Scaling of that run divided by the sweep's at the same rank: √(largest / smallest). */
  readonly ratio: NonNegative;
  readonly rslora: RobustnessRun;
  /** Both under the sweep's scaling. */
  readonly smallest: RobustnessRun;
  readonly largest: RobustnessRun;
  /** Over the largest rank under the sweep's scaling. */
  readonly gain?: number;
  readonly gainInterval?: Interval;
  /** Change by the interval, or because one of the two runs collapsed or diverged. Absent when no difference is known. */
  readonly change?: "gains" | "loses";
  /** Over the smallest rank. */
  readonly advantage?: number;
  readonly interval?: Interval;
  /** The rank that is known to be better, the largest under rsLoRA's scaling. Absent when nothing is known. */
  readonly better?: "smallest" | "largest";
}

/** The smallest and the largest rank at other learning rates: does the rank decide, or the rate? */
export interface Robustness {
  readonly seed: Seed;
  readonly smallestRank: Count;
  readonly largestRank: Count;
  /** Ascending by factor. */
  readonly rates: readonly RobustnessRate[];
  /**
   * - `flips`: each of the two ranks is known to be better at some rate.
   * - `breaks`: no flip is known, but at some rate one of them collapsed or diverged and the other learned.
   * - `kept`: the same rank is known to be better at every rate.
   * - `unclear`: none of these. No sign that the rate decides, and no proof that it does not.
   */
  readonly order: "flips" | "breaks" | "kept" | "unclear";
  /** The largest rank takes a larger step than the smallest at one learning rate, because of alpha and scaling. */
  readonly stepGrowsWithRank: boolean;
  /** Absent if the sweep did not try another scaling. */
  readonly scaling?: RobustnessScaling;
}

/** Members that the check adds to a decision. */
export interface RobustnessMembers {
  /** Findings at other learning rates; absent unless a sweep tried them. */
  readonly robustness?: Robustness;
}
