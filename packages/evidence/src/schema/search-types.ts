import type { Count, LogLoss, NonNegative, Seed } from "./scalar-types.ts";

/** One training of a search, on one of its ranks. */
export interface SearchedLoss {
  readonly rank: Count;
  /** Mean over the judged examples, in nats; absent if the training did not complete. */
  readonly logLoss?: LogLoss;
}

/** A value that a search tried. */
export interface SearchedValue {
  /** A learning rate, or a number of epochs. */
  readonly value: NonNegative;
  /** One for each of the search's ranks, ascending. */
  readonly losses: readonly SearchedLoss[];
}

/** Cost of the chosen learning rate for one rank. */
export interface RateRegret {
  readonly rank: Count;
  /** The rate with the lowest loss of this rank. */
  readonly best: NonNegative;
  /** Mean log loss at the chosen rate minus that at `best`, in nats, and its standard error over the judged examples. */
  readonly regret: number;
  readonly standardError: NonNegative;
}

/** Search for the learning rate. */
export interface RateSearch {
  /** The rate whose largest regret over the ranks is the least. */
  readonly chosen: NonNegative;
  /** Start of the search: the default rate. */
  readonly start: NonNegative;
  readonly epochs: NonNegative;
  readonly trainExamples: Count;
  /** Mean log loss of giving every judged example the shares of the classes, in nats; absent for causal-lm. */
  readonly guessing?: LogLoss;
  /** Ascending. */
  readonly tried: readonly SearchedValue[];
  readonly regrets: readonly RateRegret[];
  /** In plain words. */
  readonly explanation: string;
  /** Caveats, in sentences. */
  readonly notes: readonly string[];
}

/** Gain of one rank from twice as many epochs. */
export interface DoublingGain {
  readonly rank: Count;
  readonly from: NonNegative;
  readonly to: NonNegative;
  /** Mean log loss after `from` epochs minus that after `to`, in nats, and its standard error over the judged examples. */
  readonly gain: number;
  readonly standardError: NonNegative;
}

/** Search for the number of epochs. */
export interface EpochSearch {
  /** The smallest number of epochs that was tried whose doubling improved no rank. */
  readonly chosen: NonNegative;
  /** False if even the last allowed doubling improved a rank. */
  readonly converged: boolean;
  readonly learningRate: NonNegative;
  readonly trainExamples: Count;
  /** Ascending. */
  readonly tried: readonly SearchedValue[];
  readonly gains: readonly DoublingGain[];
  /** A gain must exceed this, in nats, and twice its standard error. */
  readonly threshold: NonNegative;
  /** In plain words. */
  readonly explanation: string;
  /** Caveats, in sentences. */
  readonly notes: readonly string[];
}

/**
 * Settings that were searched before the sweep, on the smallest and the largest rank. Part of the training examples was
 * trained on, another judged by; the validation examples had no part in it.
 */
export interface SearchSummary {
  /** The smallest and the largest rank, or the only one. */
  readonly ranks: readonly Count[];
  readonly seed: Seed;
  /** Training examples that the search judged by and did not train on. */
  readonly judgedExamples: Count;
  /** Absent if the rate was fixed. */
  readonly learningRate?: RateSearch;
  /** Absent if the epochs were fixed. */
  readonly epochs?: EpochSearch;
}
