import type { FurtherScores } from "../evaluation-types.ts";
import type { Count, Interval, LogLoss, NonNegative, Share } from "../scalar-types.ts";

/** Advantage of a rank's runs over the class prior: a share of the examples, and nats. Below 0 is worse. */
export interface PriorAdvantage extends FurtherScores {
  readonly rank: Count;
  readonly accuracy: number;
  /** Treats the examples as a sample and the runs as fixed; holds for all ranks and metrics at once. */
  readonly accuracyInterval: Interval;
  /** Absent, with its interval, when the outcomes carry no log loss. */
  readonly logLoss?: number;
  readonly logLossInterval?: Interval;
  /** One of the intervals lies above 0: the runs know more than the shares of the classes. */
  readonly isBetter: boolean;
}

/**
 * The compared ranks against the class prior: the best prediction of the evaluation examples without reading them. No
 * rank is recommended unless one of them is better.
 */
export interface ClassPriorComparison {
  /** Accuracy of always naming the most frequent class: its share of the examples. */
  readonly accuracy: Share;
  /** Log loss of giving every example the shares of the classes: their entropy, in nats. */
  readonly logLoss: LogLoss;
  /**
   * Knowledge of the classes. `labels`: each example's. `shares`: the share of the largest; `logLoss` is then the
   * largest that this allows. `agreement`: none, but all runs are right on the same examples, which are taken for a
   * class.
   */
  readonly source: "labels" | "shares" | "agreement";
  /**
   * `better`: some rank is. `not-better`: none is by more than the margin (of the other metric, its default).
   * `unclear`: neither is shown.
   */
  readonly state: "better" | "not-better" | "unclear";
  /** Ascending by rank. */
  readonly ranks: readonly PriorAdvantage[];
}

/**
 * Cause of a training that taught nothing.
 *
 * - `rate-too-high`: at least half of the runs diverged after their first step, or their training loss rose far above
 *   its start.
 * - `memorising`: after more than one pass the training loss is below that of the class prior. What was learned of the
 *   training examples does not hold for others.
 * - `too-short`: the training loss was still falling, or the runs had too few steps to tell.
 * - `unknown`: none of these.
 */
export type TrainingFault = "rate-too-high" | "memorising" | "too-short" | "unknown";

/** Settings of the first trial that a training fault concerns, and results of the runs. */
export interface FaultyTraining {
  /** Absent, as `epochs`, if another trainer decides. */
  readonly learningRate?: NonNegative;
  readonly epochs?: NonNegative;
  /** Optimiser steps with a loss. */
  readonly steps: Count;
  readonly diverged: Count;
  /**
   * Those of `diverged` whose first step was not finite already: no learning rate causes that, since an update comes
   * after it. Absent for 0.
   */
  readonly divergedAtStart?: Count;
}

/** Members that the check adds to a decision. */
export interface ClassPriorMembers {
  /** The compared ranks against the class prior; absent for causal-lm, and if the classes are unknown. */
  readonly classPrior?: ClassPriorComparison;
  /** Present if no rank is shown to be better than the class prior, or all runs diverged, and there are loss curves. */
  readonly fault?: TrainingFault;
  /** Training settings of a fault's runs, and the number that diverged; absent without a fault. */
  readonly faultyTraining?: FaultyTraining;
}
