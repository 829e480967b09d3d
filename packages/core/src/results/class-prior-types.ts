import type { Count, Interval, LogLoss, NonNegative, Share } from "./scalar-types.ts";

/** How much better the runs of a rank are than the class prior: a share of the examples, and nats. Below 0 is worse. */
export interface PriorAdvantage {
  readonly rank: Count;
  readonly accuracy: number;
  /** Counts the examples as a sample and the runs as given; holds for all ranks and both metrics at once. */
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
