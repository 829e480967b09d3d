import type { Count, LogLoss, NonNegative, Seed } from "./scalar-types.ts";

/** Training result in a search, for one of its ranks. */
export interface SearchedLoss {
  readonly rank: Count;
  /** Mean over the judged examples, in nats; absent if the training did not complete. */
  readonly logLoss?: LogLoss;
}

/** Value that a search tried. */
export interface SearchedValue {
  /** Learning rate, or epochs. */
  readonly value: NonNegative;
  /** Losses at this value, for each rank in the search, ascending. */
  readonly losses: readonly SearchedLoss[];
}

/** Cost of the chosen learning rate for a rank. */
export interface RateRegret {
  readonly rank: Count;
  /** Rate with the rank's lowest loss. */
  readonly best: NonNegative;
  /** Mean log loss at the chosen rate minus that at `best`, in nats, with its standard error over judged examples. */
  readonly regret: number;
  readonly standardError: NonNegative;
}

/** Learning rate search. */
export interface RateSearch {
  /** Rate with the least largest regret over the ranks. */
  readonly chosen: NonNegative;
  /** Default rate, where the search starts. */
  readonly start: NonNegative;
  readonly epochs: NonNegative;
  readonly trainExamples: Count;
  /** Mean log loss from predicting the class shares for every judged example, in nats; absent for causal-lm. */
  readonly guessing?: LogLoss;
  /** Ascending. */
  readonly tried: readonly SearchedValue[];
  readonly regrets: readonly RateRegret[];
  /** In plain words. */
  readonly explanation: string;
  /** Caveats, in sentences. */
  readonly notes: readonly string[];
}

/** Gain of a rank from twice as many epochs. */
export interface DoublingGain {
  readonly rank: Count;
  readonly from: NonNegative;
  readonly to: NonNegative;
  /** Mean log loss after `from` epochs minus that after `to`, in nats, with its standard error over judged examples. */
  readonly gain: number;
  readonly standardError: NonNegative;
}

/** Search for the best training length, in epochs. */
export interface EpochSearch {
  /** Fewest epochs tried whose doubling improved no rank. */
  readonly chosen: NonNegative;
  /** False if even the last allowed doubling improved a rank. */
  readonly converged: boolean;
  readonly learningRate: NonNegative;
  readonly trainExamples: Count;
  /** Ascending. */
  readonly tried: readonly SearchedValue[];
  readonly gains: readonly DoublingGain[];
  /** Least gain that counts, in nats; it must also exceed twice its standard error. */
  readonly threshold: NonNegative;
  /** In plain words. */
  readonly explanation: string;
  /** Caveats, in sentences. */
  readonly notes: readonly string[];
}

/**
 * Settings searched before the sweep, on the smallest and the largest rank. A part of the training examples was
 * trained on, another judged by; validation examples had no part in it.
 */
export interface SearchSummary {
  /** Smallest and largest rank, or the only rank. */
  readonly ranks: readonly Count[];
  readonly seed: Seed;
  /** Training examples that judged the search and were not trained on. */
  readonly judgedExamples: Count;
  /** Absent if the rate was fixed. */
  readonly learningRate?: RateSearch;
  /** Absent if the epochs were fixed. */
  readonly epochs?: EpochSearch;
}
