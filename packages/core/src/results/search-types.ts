import type { Count, LogLoss, NonNegative, Seed } from "./scalar-types.ts";

/** One training of a search, on one of its ranks. */
export interface SearchedLoss {
  readonly rank: Count;
  /** Mean over the judged examples, in nats; absent where the training did not complete. */
  readonly logLoss?: LogLoss;
}

/** A value that a search tried. */
export interface SearchedValue {
  /** A learning rate, or a number of epochs. */
  readonly value: NonNegative;
  /** One for each of the search's ranks, ascending. */
  readonly losses: readonly SearchedLoss[];
}

/** What the chosen learning rate costs one rank. */
export interface RateRegret {
  readonly rank: Count;
  /** The rate at which this rank did best. */
  readonly best: NonNegative;
  /** Mean log loss at the chosen rate minus that at `best`, in nats, and its standard error over the judged examples. */
  readonly regret: number;
  readonly standardError: NonNegative;
}

/** How the learning rate was found. */
export interface RateSearch {
  /** The rate whose largest regret over the ranks is the least. */
  readonly chosen: NonNegative;
  /** Where the search began: the usual rate. */
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
  /** What to bear in mind, in sentences. */
  readonly notes: readonly string[];
}

/** What twice as many epochs bring one rank. */
export interface DoublingGain {
  readonly rank: Count;
  readonly from: NonNegative;
  readonly to: NonNegative;
  /** Mean log loss after `from` epochs minus that after `to`, in nats, and its standard error over the judged examples. */
  readonly gain: number;
  readonly standardError: NonNegative;
}

/** How the number of epochs was found. */
export interface EpochSearch {
  /** The smallest number of epochs that was tried whose doubling improved no rank. */
  readonly chosen: NonNegative;
  /** False where even the last doubling that may be tried improved a rank. */
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
  /** What to bear in mind, in sentences. */
  readonly notes: readonly string[];
}

/**
 * Settings that were searched before the sweep, on the smallest and the largest rank, within the training examples: a part
 * of them was trained on, another judged by. The validation examples had no part in it.
 */
export interface SearchSummary {
  /** The smallest and the largest rank, or the only one. */
  readonly ranks: readonly Count[];
  readonly seed: Seed;
  /** Training examples that the search did not train on but judged by. */
  readonly judgedExamples: Count;
  /** Absent where the rate was given. */
  readonly learningRate?: RateSearch;
  /** Absent where the epochs were given. */
  readonly epochs?: EpochSearch;
}
