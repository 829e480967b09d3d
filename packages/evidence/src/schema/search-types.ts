import type { Count, LogLoss, NonNegative, Seed } from "./scalar-types.ts";

/** Result of training a rank with a searched value. */
export interface SearchedLoss {
  readonly rank: Count;
  /** Mean log loss over the judged examples, in nats; absent if the training did not complete. */
  readonly logLoss?: LogLoss;
}

export interface SearchedValue {
  /** Learning rate or epoch count. */
  readonly value: NonNegative;
  /** Losses at this value, ascending by rank. */
  readonly losses: readonly SearchedLoss[];
}

/** Cost of the chosen learning rate for a rank. */
export interface RateRegret {
  readonly rank: Count;
  /** Rate with the rank's lowest loss. */
  readonly best: NonNegative;
  /** Mean log loss at the chosen rate minus that at `best`, in nats, over the judged examples. */
  readonly regret: number;
  readonly standardError: NonNegative;
}

export interface RateSearch {
  /** Rate with the least largest regret over the ranks. */
  readonly chosen: NonNegative;
  /** Default rate, where the search starts. */
  readonly start: NonNegative;
  readonly epochs: NonNegative;
  readonly trainExamples: Count;
  /** Mean log loss from predicting the class shares for every judged example, in nats; absent for causal-lm. */
  readonly guessing?: LogLoss;
  /** Tried rates, ascending. */
  readonly tried: readonly SearchedValue[];
  readonly regrets: readonly RateRegret[];
  readonly explanation: string;
  /** Caveats about the search, in sentences. */
  readonly notes: readonly string[];
}

/** Gain of a rank from twice as many epochs. */
export interface DoublingGain {
  readonly rank: Count;
  readonly from: NonNegative;
  readonly to: NonNegative;
  /** Mean log loss after `from` epochs minus that after `to`, in nats, over the judged examples. */
  readonly gain: number;
  readonly standardError: NonNegative;
}

/** Search for the best training length, in epochs. */
export interface EpochSearch {
  /** Fewest epochs tried whose doubling improved no rank. */
  readonly chosen: NonNegative;
  /** Convergence: false if even the last allowed doubling improved a rank. */
  readonly converged: boolean;
  readonly learningRate: NonNegative;
  readonly trainExamples: Count;
  /** Tried epochs, ascending. */
  readonly tried: readonly SearchedValue[];
  readonly gains: readonly DoublingGain[];
  /** Least gain in log loss that counts as an improvement, in nats; it must also exceed two standard errors. */
  readonly threshold: NonNegative;
  readonly explanation: string;
  /** Caveats about the search, in sentences. */
  readonly notes: readonly string[];
}

/**
 * Settings searched before the sweep, on the smallest and the largest rank. A part of the training examples was trained
 * on, another judged by; validation examples had no part in it.
 */
export interface SearchSummary {
  /** Smallest and largest rank, or the only rank. */
  readonly ranks: readonly Count[];
  readonly seed: Seed;
  /** Training examples that judged the search and were not trained on. */
  readonly judgedExamples: Count;
  /** Rate search; absent if the rate was fixed. */
  readonly learningRate?: RateSearch;
  /** Epoch search; absent if the epochs were fixed. */
  readonly epochs?: EpochSearch;
}
