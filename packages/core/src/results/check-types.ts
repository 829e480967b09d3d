import type { MetricName } from "./metric.ts";
import type { Count, Interval, LogLoss, NonNegative, Seed, Share } from "./scalar-types.ts";
import type { FurtherScores } from "./test-types.ts";

/**
 * A check on a decision. `copies`: whether runs that should differ do. `classPrior`: whether a rank has learned more than the
 * shares of the classes, and if not, why. `convergence`: whether training was done. `robustness`: whether the order of ranks
 * holds under other settings. `overlap`: whether validation examples are in training too.
 */
export type CheckName = "copies" | "classPrior" | "convergence" | "robustness" | "overlap";

/** Runs that are one run: a setting did not reach the trainer, or one model was evaluated each time. */
export interface Copies {
  /** What differs between runs that are equal. */
  readonly setting: "rank" | "seed" | "rank-and-seed";
  /**
   * What is equal: all log losses; or all right and wrong answers with the training losses; or these answers alone, on more
   * examples than chance explains.
   */
  readonly shownBy: "log-loss" | "training-loss" | "outcomes";
  /** Each holds two runs or more that are one. */
  readonly groups: readonly (readonly { readonly rank: Count; readonly seed: Seed }[])[];
}

/** How much better the runs of a rank are than the class prior: a share of the examples, and nats. Below 0 is worse. */
export interface PriorAdvantage extends FurtherScores {
  readonly rank: Count;
  readonly accuracy: number;
  /** Counts the examples as a sample and the runs as given; holds for all ranks and metrics at once. */
  readonly accuracyInterval: Interval;
  /** Absent, with its interval, when the outcomes carry no log loss. */
  readonly logLoss?: number;
  readonly logLossInterval?: Interval;
  /** One of the intervals lies above 0: the runs know more than the shares of the classes. */
  readonly isBetter: boolean;
}

/**
 * The compared ranks against the class prior: the best that can be said of the evaluation examples without reading
 * them. No rank is recommended unless one of them is better.
 */
export interface ClassPriorComparison {
  /** Accuracy of always naming the most frequent class: its share of the examples. */
  readonly accuracy: Share;
  /** Log loss of giving every example the shares of the classes: their entropy, in nats. */
  readonly logLoss: LogLoss;
  /**
   * What is known of the classes. `labels`: each example's. `shares`: how many examples the largest has; `logLoss` is
   * then the largest that this allows. `agreement`: nothing, but all runs are right on the same examples, and these are
   * taken for a class.
   */
  readonly source: "labels" | "shares" | "agreement";
  /**
   * `better`: some rank is. `not-better`: none is by more than the margin (of the other metric, its default). `unclear`:
   * neither is shown.
   */
  readonly state: "better" | "not-better" | "unclear";
  /** Ascending by rank. */
  readonly ranks: readonly PriorAdvantage[];
}

/**
 * Why training taught nothing, as far as the runs tell.
 *
 * - `rate-too-high`: at least half of the runs diverged after their first step, or their training loss rose far above where
 *   it began.
 * - `memorising`: after more than one pass the training loss is below what the shares of the classes give; what was
 *   learned of the training examples does not hold for others.
 * - `too-short`: the training loss was still falling, or the runs had too few steps to tell.
 * - `unknown`: none of these.
 */
export type TrainingFault = "rate-too-high" | "memorising" | "too-short" | "unknown";

/** The settings that a training fault is about, of the first trial, and what its runs came to. */
export interface FaultyTraining {
  /** Absent, as `epochs`, where another trainer decides. */
  readonly learningRate?: NonNegative;
  readonly epochs?: NonNegative;
  /** Optimiser steps with a loss. */
  readonly steps: Count;
  readonly diverged: Count;
  /**
   * Those of `diverged` whose first step was not finite already: at any rate that can be asked for, an update comes after
   * it. Absent for 0.
   */
  readonly divergedAtStart?: Count;
}

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

/** What became of a rank at one learning rate. */
export interface RobustnessRun {
  readonly learningRate: NonNegative;
  /** `collapsed`: it completed, but knows no more than the most frequent class, or its loss did not fall. */
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
   * Which rank is known to be better here: by the interval, or because the other one collapsed or diverged. Absent when
   * nothing is known.
   */
  readonly better?: "smallest" | "largest";
}

/**
 * The largest rank under rsLoRA's scaling, alpha / √rank, in a sweep whose scaling is alpha / rank. All runs have the
 * same seed and the sweep's learning rate. Amounts are in the metric's unit, positive when the run under rsLoRA's scaling
 * is better; their intervals hold at the decision's confidence for both at once. An interval is absent where the noise
 * between seeds is unknown; it is that of the sweep's difference between the two ranks.
 */
export interface RobustnessScaling {
  /** Alpha of the run under rsLoRA's scaling: at the smallest rank the two scalings agree. */
  readonly alpha: NonNegative;
  /** Scaling of that run over the sweep's at the same rank: √(largest / smallest). */
  readonly ratio: NonNegative;
  readonly rslora: RobustnessRun;
  /** Both under the sweep's scaling. */
  readonly smallest: RobustnessRun;
  readonly largest: RobustnessRun;
  /** Over the largest rank under the sweep's scaling. */
  readonly gain?: number;
  readonly gainInterval?: Interval;
  /** By the interval, or because one of the two runs collapsed or diverged. Absent when no difference is known. */
  readonly change?: "gains" | "loses";
  /** Over the smallest rank. */
  readonly advantage?: number;
  readonly interval?: Interval;
  /** Which rank is known to be better, the largest under rsLoRA's scaling. Absent when nothing is known. */
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
   * - `breaks`: no flip is known, but at some rate one of them collapsed or diverged where the other learned.
   * - `kept`: the same rank is known to be better at every rate.
   * - `unclear`: none of these. No sign that the rate decides, and no proof that it does not.
   */
  readonly order: "flips" | "breaks" | "kept" | "unclear";
  /** By alpha and scaling the largest rank takes a larger step than the smallest at one learning rate. */
  readonly stepGrowsWithRank: boolean;
  /** Absent where the sweep did not try another scaling. */
  readonly scaling?: RobustnessScaling;
}

/** Validation examples that are also in training, where they are remembered instead of recognised. */
export interface Overlap {
  readonly validation: Count;
  /** They are among the validation examples: the sweep was asked to keep them, or began before they were left out. */
  readonly kept?: true;
}

/** Members that checks add to a decision. */
export interface CheckMembers {
  /** What other learning rates say of the ranks; absent unless a sweep tried them. */
  readonly robustness?: Robustness;
  /** Whether each compared rank had converged; absent without loss curves. Ascending by rank. */
  readonly convergence?: readonly RankConvergence[];
  /**
   * The compared ranks against an answer that is the same for every example; absent for causal-lm, and where nothing is
   * known of the classes.
   */
  readonly classPrior?: ClassPriorComparison;
  /** Present where no rank is shown to be better than the class prior, or all runs diverged, and there are loss curves. */
  readonly fault?: TrainingFault;
  /** How the runs of a fault were trained, and how many of them diverged; absent without a fault. */
  readonly faultyTraining?: FaultyTraining;
  /** Present where runs are copies of others: no rank is recommended then, and each of these runs counts once in all numbers. */
  readonly copies?: Copies;
  /**
   * Present where every rank is right on the same examples under all of these seeds, and ranks differ: they count as one seed, for
   * it cannot be told whether they agree by chance. Never where runs have log or training losses of their own.
   */
  readonly agreeingSeeds?: Count;
}

/** Contents of the checks' claims in the verdict, by kind. */
export interface CheckVerdictBodies {
  /** Each of the two ranks is better at some learning rate. */
  "rate-decides": { ranks: readonly [smallest: number, largest: number] };
  "rate-flips": RateBody;
  "agreeing-seeds": { seeds: number };
  "copied-runs": Copies & { examples: number };
  /** What the class prior scores, which no rank is shown to be better than. */
  "nothing-learned": {
    /** Why training taught nothing; absent where the runs do not tell. */
    cause?: TrainingFault;
    state: "not-better" | "unclear";
    source: "labels" | "shares" | "agreement";
    accuracy: number;
    /** Nats; absent where no rank has a log loss. */
    logLoss?: number;
    runs: number;
  };
  /** What the runs show of `cause`. */
  fault: {
    cause: TrainingFault;
    /** Runs that diverged. */
    diverged: number;
    /** Runs that completed have something to compare. */
    anyCompared: boolean;
    /** Those of `diverged` that were not finite at their first step; absent for 0. */
    divergedAtStart?: number;
    /** Steps of a run where these are too few to say anything of the loss. */
    fewSteps?: number;
  };
}

/** Contents of the checks' claims that are evidence, by kind. */
export interface CheckEvidenceBodies {
  "closest-to-prior": PriorAdvantage;
  "rate-kept": { winner: number; loser: number; factors: readonly number[] };
  "rate-unclear": {
    ranks: readonly [smallest: number, largest: number];
    factors: readonly number[];
    /** Those at which runs failed, so that nothing can be compared. */
    failed: readonly number[];
  };
  "scaling-kept": ScalingBody;
  "scaling-unclear": ScalingBody;
}

/** Contents of the checks' claims that caution, by kind. */
export interface CheckCautionBodies {
  /** Validation examples that are also in training: left out, or kept among all `examples`. */
  overlap: { validation: number; examples: number; isKept: boolean };
  /** Ranks that most of whose runs know no more than the most frequent class. */
  stuck: { ranks: readonly number[]; rose: boolean };
  "still-falling": { ranks: readonly number[] };
  "behind-prior": { ranks: readonly number[] };
  "rate-breaks": RateBody;
  /** Both ranks learned at these multiples of the sweep's rate, and neither did at the rate itself. */
  "learned-at-other-rates": CheckCautionBodies["learned-at-no-rate"];
  "learned-at-no-rate": { ranks: readonly [smallest: number, largest: number]; factors: readonly number[] };
  /** The largest rank gains under rsLoRA's scaling. */
  "scaling-changes": ScalingBody;
}

export interface RateBody {
  metric: MetricName;
  robustness: Robustness;
  /** The rates that show it. */
  rates: readonly RobustnessRate[];
}

export interface ScalingBody {
  metric: MetricName;
  ranks: readonly [smallest: number, largest: number];
  scaling: RobustnessScaling;
}
