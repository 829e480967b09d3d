import type { Count, LogLoss, NonNegative, Seed, Share } from "./scalar-types.ts";

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

/** Result of training a rank with a value of a searched choice. */
export interface ChoiceLoss extends SearchedLoss {
  /** Share of the judged examples that were right; absent if the training did not complete. */
  readonly accuracy?: Share;
  /** Count of trained parameters, head included. */
  readonly trainableParams: Count;
}

/** Value of a searched choice: a number, or a name such as `mlp` or `rslora`. */
export interface ChoiceValue {
  readonly value: NonNegative | string;
  /** Layers with an adapter, where those are the choice. */
  readonly targetModules?: readonly string[];
  /** Losses at this value, ascending by rank. */
  readonly losses: readonly ChoiceLoss[];
}

/** Worth of a value against the default, for a rank, over the judged examples. */
export interface ChoiceGain {
  readonly rank: Count;
  readonly value: NonNegative | string;
  /** Mean log loss at the default minus that at `value`, in nats. */
  readonly gain: number;
  readonly standardError: NonNegative;
  /** Accuracy at `value` minus that at the default. */
  readonly accuracyGain: number;
  readonly accuracyError: NonNegative;
}

/** Second look at the best value: value and default trained again under another seed. */
export interface ChoiceConfirmation {
  readonly value: NonNegative | string;
  readonly seed: Seed;
  readonly gains: readonly ChoiceGain[];
  /** Tells if the value was clearly better again. */
  readonly confirmed: boolean;
}

/** Search among few values, which keeps the default unless another is clearly better under two seeds. */
export interface ChoiceSearch {
  readonly chosen: NonNegative | string;
  /** Default value. */
  readonly start: NonNegative | string;
  readonly learningRate: NonNegative;
  readonly epochs: NonNegative;
  readonly trainExamples: Count;
  readonly tried: readonly ChoiceValue[];
  /** Worth of each other value; absent ones did not complete, or the default did not. */
  readonly gains: readonly ChoiceGain[];
  /** Second look; absent if no value was clearly better under the first seed. */
  readonly confirmation?: ChoiceConfirmation;
  /** Least gain in log loss that counts, in nats. */
  readonly threshold: NonNegative;
  /** Standard errors that a gain must also exceed under the first seed: more, the more comparisons there are. */
  readonly clearErrors: NonNegative;
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
  /** Search for the layers with an adapter; absent if they were fixed. */
  readonly targets?: ChoiceSearch;
  /** Search for the scaling rule; absent if it was fixed. */
  readonly scaling?: ChoiceSearch;
  /** Search for alpha; absent if it was fixed. */
  readonly alpha?: ChoiceSearch;
}
