import { quantileOfUpperTail } from "@lorank/evidence";
import type { ChoiceConfirmation, ChoiceGain, ChoiceSearch, ChoiceValue } from "@lorank/evidence/schema";
import type { RunOptions } from "../executor/run-options.ts";
import { choiceNotes, choiceWords } from "./choice-words.ts";
import type { SearchPlace } from "./setting-search.ts";
import { lossOf, meanDifference, pairedDifference, ranksOf, triedAt } from "./tried.ts";
import { type SearchStop, type SearchTrials, type ToTry, type TriedTrial, tryValues } from "./try-values.ts";

export type Value = number | string;

/** Few values to choose among, the default first. */
export interface Choice extends Pick<ToTry<Value>, "inConfig"> {
  readonly setting: "targets" | "scaling" | "alpha";
  readonly values: readonly Value[];
}

/** Least log loss gain that counts, in nats: the default margin. */
const threshold = 0.02;
/**
 * Level of each look: probability that another value than the default looks clearly better where all are equal. Below
 * 5 %, at which the noise of training, of which two seeds say little, would lead to 5.3.
 */
const level = 0.04;
/** Standard errors by which a value is clearly worse. */
const worseErrors = 2;

/**
 * Searches a choice by short trainings at the values found before it. The default stays unless {@link bestChoice} names
 * another value, and {@link lookAgain} confirms it under a second seed.
 */
export async function searchChoice(
  choice: Choice,
  { trials, parts: { short }, config }: SearchPlace,
  run: RunOptions,
): Promise<ChoiceSearch | SearchStop> {
  const { values, inConfig = (value) => value } = choice;
  const start = values[0]!;
  const toTry = { ...choice, data: short, config };
  const tried = await tryValues(trials, toTry, run);
  if ("status" in tried) return tried;
  const best = bestChoice(tried, start);
  const again =
    best === undefined
      ? undefined
      : await secondLook(trials, { ...toTry, values: [start, best] }, tried, run);
  if (again !== undefined && "status" in again) return again;
  const { learningRate, epochs } = config.optimizer;
  const found = {
    chosen: again?.confirmed ? again.value : start,
    start,
    learningRate,
    epochs,
    trainExamples: short.train.length,
    tried: inOrder(values).map((value) => valueTried(choice.setting, value, inConfig(value), tried)),
    gains: gainsOf(tried, start),
    ...(again === undefined ? {} : { confirmation: again }),
    threshold,
    clearErrors: clearErrors(tried, comparisons(tried)),
  };
  return {
    ...found,
    explanation: choiceWords(choice.setting, found),
    notes: choiceNotes(choice.setting, found),
  };
}

/**
 * Value that is clearly better than `start` at a rank and clearly worse at none; undefined without one. Its largest regret
 * over the ranks is the smallest, and below that of `start`. Regret: log loss minus that at the rank's best value.
 *
 * Clearly better: a gain above the threshold, and above a number of standard errors by Student's t. All comparisons of
 * values and ranks together are one-sided at 4 % (Bonferroni).
 */
export function bestChoice(tried: readonly TriedTrial<Value>[], start: Value): Value | undefined {
  const errors = clearErrors(tried, comparisons(tried));
  const fit = valuesIn(tried).filter(
    (value) =>
      value !== start &&
      betterAt(tried, { start, value, errors }).length > 0 &&
      !isWorse(tried, start, value) &&
      largestRegret(tried, value) < largestRegret(tried, start),
  );
  const [first] = fit;
  if (first === undefined) return undefined;
  return fit.reduce((best, value) =>
    largestRegret(tried, value) < largestRegret(tried, best) ? value : best,
  );
}

/**
 * Second look at `value`, in trainings under a second seed. Confirmed: clearly better at a rank where it was so in
 * `first`, and clearly worse at none.
 *
 * A standard error counts the examples and the training: half the mean squared distance between the gains under both
 * seeds, over the ranks. Degrees of freedom: Welch and Satterthwaite. Source: Satterthwaite (1946), Biometrics Bulletin 2.
 */
export function lookAgain(
  first: readonly TriedTrial<Value>[],
  second: readonly TriedTrial<Value>[],
  start: Value,
  value: Value,
): Pick<ChoiceConfirmation, "gains" | "confirmed"> {
  const before = gainsOf(first, start).filter((gain) => gain.value === value);
  const after = gainsOf(second, start);
  const distances = after.flatMap(({ rank, gain }) =>
    before.filter((one) => one.rank === rank).map((one) => (gain - one.gain) ** 2 / 2),
  );
  const ofTraining = distances.reduce((sum, square) => sum + square, 0) / Math.max(1, distances.length);
  const ranks = betterAt(first, { start, value, errors: clearErrors(first, comparisons(first)) });
  const degrees = examplesIn(second) - 1;
  const isBetter = ({ gain, standardError }: ChoiceGain): boolean => {
    const ofExamples = standardError ** 2;
    const both = ofExamples + ofTraining;
    const df =
      both === 0 ? degrees : both ** 2 / (ofExamples ** 2 / degrees + ofTraining ** 2 / distances.length);
    const errors = quantileOfUpperTail(level / ranks.length, Math.max(1, df));
    return gain > threshold && gain > errors * Math.sqrt(both);
  };
  const rescued = ranks.filter((rank) => triedAt(first, rank, start).logLosses === undefined);
  const isAgain =
    after.some((gain) => ranks.includes(gain.rank) && isBetter(gain)) ||
    rescued.some((rank) => isRescued(second, { rank, start, value }));
  return {
    gains: after.map((gain) => ({ ...gain, standardError: Math.sqrt(gain.standardError ** 2 + ofTraining) })),
    confirmed: isAgain && !isWorse(second, start, value),
  };
}

async function secondLook(
  trials: SearchTrials,
  toTry: ToTry<Value>,
  first: readonly TriedTrial<Value>[],
  run: RunOptions,
): Promise<ChoiceConfirmation | SearchStop> {
  const { seeds } = trials.inputs.plan.config;
  let seed = trials.seed + 1;
  while (seeds.includes(seed)) seed++;
  const second = await tryValues({ ...trials, seed }, toTry, run);
  if ("status" in second) return second;
  const [start, value] = toTry.values as [Value, Value];
  return { value, seed, ...lookAgain(first, second, start, value) };
}

/** Numbers ascending; names as they are. */
function inOrder(values: readonly Value[]): readonly Value[] {
  return values.every((value) => typeof value === "number") ? values.toSorted((a, b) => a - b) : values;
}

function valuesIn(tried: readonly TriedTrial<Value>[]): Value[] {
  return [...new Set(tried.map(({ value }) => value))];
}

/** Number of comparisons with the default: other values times ranks. */
function comparisons(tried: readonly TriedTrial<Value>[]): number {
  return (valuesIn(tried).length - 1) * ranksOf(tried).length;
}

/** Standard errors beyond which one of `tests` means by chance lies above 0 with a probability of at most `level`. */
function clearErrors(tried: readonly TriedTrial<Value>[], tests: number): number {
  return quantileOfUpperTail(level / tests, examplesIn(tried) - 1);
}

/** Number of selection examples; at least 2, for an error to be known. */
function examplesIn(tried: readonly TriedTrial<Value>[]): number {
  return Math.max(2, ...tried.map(({ logLosses = [] }) => logLosses.length));
}

interface Pair {
  readonly start: Value;
  readonly value: Value;
  readonly errors: number;
}

/** Ranks at which a value is clearly better than the default, or completes where the default diverged. */
function betterAt(tried: readonly TriedTrial<Value>[], { start, value, errors }: Pair): number[] {
  return ranksOf(tried).filter((rank) => {
    const [byDefault, other] = [triedAt(tried, rank, start), triedAt(tried, rank, value)];
    if (byDefault.logLosses === undefined || other.logLosses === undefined)
      return isRescued(tried, { rank, start, value });
    const { mean, standardError } = pairedDifference(byDefault, other);
    return mean > threshold && mean > errors * standardError;
  });
}

/** True if the value trains a rank with which the default diverges. */
function isRescued(
  tried: readonly TriedTrial<Value>[],
  { rank, start, value }: { readonly rank: number; readonly start: Value; readonly value: Value },
): boolean {
  return (
    triedAt(tried, rank, start).logLosses === undefined && triedAt(tried, rank, value).logLosses !== undefined
  );
}

/** True if the value diverged at a rank, or is clearly worse than the default there. */
function isWorse(tried: readonly TriedTrial<Value>[], start: Value, value: Value): boolean {
  return ranksOf(tried).some((rank) => {
    const [byDefault, other] = [triedAt(tried, rank, start), triedAt(tried, rank, value)];
    if (other.logLosses === undefined) return true;
    if (byDefault.logLosses === undefined) return false;
    const { mean, standardError } = pairedDifference(other, byDefault);
    return mean > threshold && mean > worseErrors * standardError;
  });
}

function largestRegret(tried: readonly TriedTrial<Value>[], value: Value): number {
  return Math.max(
    ...ranksOf(tried).map((rank) => {
      const own = tried.filter((one) => one.rank === rank);
      return lossOf(triedAt(tried, rank, value)) - Math.min(...own.map(lossOf));
    }),
  );
}

/** Worth of each value but the default, by rank, where both trainings completed. */
export function gainsOf(tried: readonly TriedTrial<Value>[], start: Value): ChoiceGain[] {
  const others = valuesIn(tried).filter((value) => value !== start);
  return others.flatMap((value) =>
    ranksOf(tried).flatMap((rank): ChoiceGain[] => {
      const [byDefault, other] = [triedAt(tried, rank, start), triedAt(tried, rank, value)];
      if (byDefault.logLosses === undefined || other.logLosses === undefined) return [];
      const { mean, standardError } = pairedDifference(byDefault, other);
      const accuracy = meanDifference(other.correct!, byDefault.correct!);
      const ofAccuracy = { accuracyGain: accuracy.mean, accuracyError: accuracy.standardError };
      return [{ rank, value, gain: mean, standardError, ...ofAccuracy }];
    }),
  );
}

function valueTried(
  setting: Choice["setting"],
  value: Value,
  inConfig: unknown,
  tried: readonly TriedTrial<Value>[],
): ChoiceValue {
  return {
    value,
    ...(setting === "targets" ? { targetModules: inConfig as readonly string[] } : {}),
    losses: ranksOf(tried).map((rank) => {
      const { logLosses, correct, trainableParams } = triedAt(tried, rank, value);
      if (logLosses === undefined || correct === undefined) return { rank, trainableParams };
      const accuracy = correct.reduce((sum, one) => sum + one, 0) / correct.length;
      return { rank, logLoss: lossOf({ logLosses }), accuracy, trainableParams };
    }),
  };
}
