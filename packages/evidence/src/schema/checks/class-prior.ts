import type { FurtherScores } from "../evaluation-types.ts";
import type { Count, Interval, LogLoss, NonNegative, Share } from "../scalar-types.ts";

/** Advantage of a rank's runs over the class prior: a share of the examples, and nats. Below 0 is worse. */
export interface PriorAdvantage extends FurtherScores {
  readonly rank: Count;
  readonly accuracy: number;
  /** Interval with the examples as a sample and the runs as fixed; for all ranks and metrics jointly. */
  readonly accuracyInterval: Interval;
  /** Log loss advantage; absent if the outcomes have no log loss. */
  readonly logLoss?: number;
  readonly logLossInterval?: Interval;
  /** Advantage shown: an interval lies above 0, so the runs know more than the class shares. */
  readonly isBetter: boolean;
}

/**
 * Compared ranks against the class prior: the best prediction for the evaluation examples without reading them. No rank
 * is recommended unless some rank beats the prior.
 */
export interface ClassPriorComparison {
  /** Accuracy from always naming the most frequent class: that class's share of the examples. */
  readonly accuracy: Share;
  /** Log loss from predicting the class shares for every example: their entropy, in nats. */
  readonly logLoss: LogLoss;
  /**
   * Known classes. `labels`: each example's. `shares`: the largest class's share; `logLoss` is then the largest
   * possible. `agreement`: none, but all runs are right on the same examples, which count as a class.
   */
  readonly source: "labels" | "shares" | "agreement";
  /** `better`: some rank is. `not-better`: none is by more than a margin. `unclear`: neither is shown. */
  readonly state: "better" | "not-better" | "unclear";
  /** Advantages over the class prior, ascending by rank. */
  readonly ranks: readonly PriorAdvantage[];
}

/**
 * Cause of a training that taught nothing.
 *
 * - `rate-too-high`: at least half the runs diverged after their first step, or their training loss rose far above its
 *   start.
 * - `memorising`: after more than one pass the training loss is below the class prior's. What was learned does not
 *   hold for other examples.
 * - `too-short`: the training loss was still falling, or the runs had too few steps to tell.
 * - `unknown`: none of these.
 */
export type TrainingFault = "rate-too-high" | "memorising" | "too-short" | "unknown";

/** Training settings of the first run behind a training fault, and results over all such runs. */
export interface FaultyTraining {
  /** Absent, like `epochs`, if another trainer decides. */
  readonly learningRate?: NonNegative;
  readonly epochs?: NonNegative;
  /** Optimiser steps with a loss. */
  readonly steps: Count;
  readonly diverged: Count;
  /**
   * Diverged runs that were not finite at their first step, before an update: no learning rate causes it. Absent for 0.
   */
  readonly divergedAtStart?: Count;
}

export interface ClassPriorMembers {
  /** Compared ranks against the class prior; absent for causal-lm, and if the classes are unknown. */
  readonly classPrior?: ClassPriorComparison;
  /** Present if no rank is shown to beat the class prior, or all runs diverged, and loss curves exist. */
  readonly fault?: TrainingFault;
  /** Training settings behind a fault, and how many runs diverged; absent without a fault. */
  readonly faultyTraining?: FaultyTraining;
}
