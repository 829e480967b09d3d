import type { FurtherScores } from "../evaluation-types.ts";
import type { Count, Interval, LogLoss, NonNegative, Share } from "../scalar-types.ts";

/** Advantage of a rank's runs over the class prior: a share of the examples, and nats. Below 0 is worse. */
export interface PriorAdvantage extends FurtherScores {
  readonly rank: Count;
  readonly accuracy: number;
  /** Interval of the accuracy advantage: examples are a sample, runs fixed. Holds for all ranks and metrics jointly. */
  readonly accuracyInterval: Interval;
  /** Log loss advantage; absent if the outcomes have no log loss. */
  readonly logLoss?: number;
  readonly logLossInterval?: Interval;
  /** True if either metric's interval lies above 0: the runs know more than the class shares. */
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
   * Source of the class prior. `labels`: each example's class. `shares`: the largest class's share; `logLoss` is then
   * the largest possible. `agreement`: no class is known, but all runs are right on the same examples, which count as a
   * class.
   */
  readonly source: "labels" | "shares" | "agreement";
  /**
   * Comparison result. `better`: some rank is shown to beat the prior. `not-better`: each rank is shown to gain at most
   * the margin over it. `unclear`: neither.
   */
  readonly state: "better" | "not-better" | "unclear";
  /** Advantages over the class prior, ascending by rank. */
  readonly ranks: readonly PriorAdvantage[];
}

/**
 * Likely cause if training taught nothing.
 *
 * - `rate-too-high`: at least half the runs diverged after their first step, or their training loss rose far above its
 *   start.
 * - `memorising`: after more than one pass the training loss is below the class prior's. What was learned does not hold
 *   for other examples.
 * - `too-short`: the training loss was still falling, or the runs had too few steps to tell.
 * - `unknown`: none of these.
 */
export type TrainingFault = "rate-too-high" | "memorising" | "too-short" | "unknown";

/**
 * Training settings and loss points of the first run, and diverged runs among all, when training taught nothing. Of arms:
 * settings that all runs have, and the most loss points of a run.
 */
export interface FaultyTraining {
  /** Learning rate; absent, like `epochs`, if another trainer decides it, or if arms differ in it. */
  readonly learningRate?: NonNegative;
  readonly epochs?: NonNegative;
  /** Optimiser steps with a recorded loss. */
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
  /**
   * Likely cause if training taught nothing: most runs diverged, or no rank is shown to beat the class prior. Absent
   * otherwise, and without loss curves.
   */
  readonly fault?: TrainingFault;
  /** Training settings behind `fault`, and the count of diverged runs; absent without a fault. */
  readonly faultyTraining?: FaultyTraining;
}
