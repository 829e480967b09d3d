import { InputError } from "@lorank/core";
import type { DoublingGain, EpochSearch, RateSearch, SearchedValue } from "@lorank/evidence/results";
import { epochNotes, epochWords, rateNotes, rateWords } from "./words.ts";

/** One training of a search. */
export interface Tried {
  readonly rank: number;
  /** The learning rate, or the epochs. */
  readonly value: number;
  /** Log loss of each judged example, in nats; undefined where the training diverged. */
  readonly logLosses: readonly number[] | undefined;
}

/** Values that were tried, ascending. */
export function valuesOf(tried: readonly Tried[]): number[] {
  return [...new Set(tried.map(({ value }) => value))].sort((a, b) => a - b);
}

/** Ranks that were tried, ascending. */
export function ranksOf(tried: readonly Tried[]): number[] {
  return [...new Set(tried.map(({ rank }) => rank))].sort((a, b) => a - b);
}

/** The training of `rank` at `value`, which must have been tried. */
export function triedAt(tried: readonly Tried[], rank: number, value: number): Tried {
  return tried.find((one) => one.rank === rank && one.value === value)!;
}

/** Mean log loss in nats; infinite where the training diverged, for that is as bad as it can be. */
export function lossOf({ logLosses }: Tried): number {
  return logLosses === undefined ? Number.POSITIVE_INFINITY : mean(logLosses);
}

/** Mean of `a - b` over the examples and its standard error. Both must have completed, on the same examples. */
export function pairedDifference(a: Tried, b: Tried): { mean: number; standardError: number } {
  const differences = a.logLosses!.map((loss, i) => loss - b.logLosses![i]!);
  const centre = mean(differences);
  const squares = differences.reduce((sum, difference) => sum + (difference - centre) ** 2, 0);
  const n = differences.length;
  return { mean: centre, standardError: n > 1 ? Math.sqrt(squares / (n - 1) / n) : 0 };
}

/** All that was tried as it stands in the results. */
export function searchedValues(tried: readonly Tried[]): SearchedValue[] {
  return valuesOf(tried).map((value) => ({
    value,
    losses: ranksOf(tried).map((rank) => {
      const logLoss = lossOf(triedAt(tried, rank, value));
      return { rank, ...(Number.isFinite(logLoss) ? { logLoss } : {}) };
    }),
  }));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** From one rate to the next. LoRA's loss changes little within it: a finer choice would fit the noise of the search. */
const factor = 3;
/** Rates beyond the first three. */
const mostExtensions = 4;

/** A third of the default rate, the default, three times it. */
export function firstRates(start: number): number[] {
  return [-1, 0, 1].map((power) => rateAt(start, power));
}

/**
 * Rates to try next: beyond each end at which a rank did best, at most four; empty when there is enough to choose.
 * A rank that did no better than `guessing` has learned nothing, so its best rate is chance. Then rates go down, for
 * rates that are too high destroy what a model knows.
 */
export function nextRates(
  start: number,
  tried: readonly Tried[],
  guessing = Number.POSITIVE_INFINITY,
): number[] {
  const rates = valuesOf(tried);
  const lowest = -rates.indexOf(rateAt(start, 0));
  const highest = rates.length - 1 + lowest;
  const bests = ranksOf(tried).map((rank) =>
    bestLoss(tried, rank) < guessing ? bestRate(tried, rank) : rates[0]!,
  );
  const beyond = [
    ...(bests.includes(rates[0]!) ? [rateAt(start, lowest - 1)] : []),
    ...(bests.includes(rates.at(-1)!) ? [rateAt(start, highest + 1)] : []),
  ];
  return beyond.slice(0, 3 + mostExtensions - rates.length);
}

/**
 * Chooses the rate whose largest regret over the ranks is the least, of equals the lower one. A rank's regret is its
 * log loss minus that at its own best rate.
 *
 * @throws InputError `E_SEARCH` where no rate trained all ranks without diverging.
 */
export function chooseRate(
  start: number,
  tried: readonly Tried[],
  facts: Pick<RateSearch, "epochs" | "trainExamples" | "guessing">,
): RateSearch {
  const rates = valuesOf(tried);
  const ranks = ranksOf(tried);
  const chosen = leastBy(rates, (rate) =>
    Math.max(...ranks.map((rank) => lossOf(triedAt(tried, rank, rate)) - bestLoss(tried, rank))),
  );
  if (ranks.some((rank) => triedAt(tried, rank, chosen).logLosses === undefined)) {
    throw new InputError(
      "E_SEARCH",
      `learning-rate must be one at which ranks ${ranks.join(" and ")} train without diverging, got none from ${rates[0]} to ${rates.at(-1)}`,
    );
  }
  const regrets = ranks.map((rank) => {
    const best = bestRate(tried, rank);
    const { mean, standardError } = pairedDifference(
      triedAt(tried, rank, chosen),
      triedAt(tried, rank, best),
    );
    return { rank, best, regret: mean, standardError };
  });
  const found = { chosen, start, ...facts, tried: searchedValues(tried), regrets };
  return { ...found, explanation: rateWords(found), notes: rateNotes(found) };
}

/** In three digits, so that a rate can be typed again. */
function rateAt(start: number, power: number): number {
  return power === 0 ? start : Number((start * factor ** power).toPrecision(3));
}

/** Best rate of a rank. Where every rate diverged it is the lowest: that is the direction to go on in. */
function bestRate(tried: readonly Tried[], rank: number): number {
  return leastBy(valuesOf(tried), (rate) => lossOf(triedAt(tried, rank, rate)));
}

/** Finite, so that a rank which diverged everywhere has infinite regret everywhere. */
function bestLoss(tried: readonly Tried[], rank: number): number {
  const loss = lossOf(triedAt(tried, rank, bestRate(tried, rank)));
  return Number.isFinite(loss) ? loss : 0;
}

/** The first of those for which `cost` is least. */
function leastBy(values: readonly number[], cost: (value: number) => number): number {
  return values.reduce((least, value) => (cost(value) < cost(least) ? value : least));
}

/** Least gain of a doubling, in nats: the margin of log loss within which ranks count as equally good. */
const threshold = 0.02;
/** A gain must also exceed this many of its standard errors. */
const clearly = 2;
/** The search goes up to eight times the default epochs. */
const mostDoublings = 3;

/** The default epochs and twice as many. */
export function firstEpochs(start: number): number[] {
  return [start, 2 * start];
}

/** Epochs to try next: twice as many as long as the last doubling improved a rank; else none. */
export function nextEpochs(tried: readonly Tried[]): number[] {
  const [from = 0, to = 0] = valuesOf(tried).slice(-2);
  const wentOn = valuesOf(tried).length - 1 < mostDoublings && improves(tried, from, to);
  return wentOn ? [2 * to] : [];
}

/** Chooses the epochs before the doubling that improved no rank; the last ones where each did. */
export function chooseEpochs(
  tried: readonly Tried[],
  { learningRate, trainExamples }: Pick<EpochSearch, "learningRate" | "trainExamples">,
): EpochSearch {
  const [from = 0, to = 0] = valuesOf(tried).slice(-2);
  const converged = !improves(tried, from, to);
  const found = {
    chosen: converged ? from : to,
    converged,
    learningRate,
    trainExamples,
    tried: searchedValues(tried),
    gains: gainsOf(tried),
    threshold,
  };
  return { ...found, explanation: epochWords(found), notes: epochNotes(found) };
}

/** A rank that diverged before the doubling and not after it has improved, however much. */
function improves(tried: readonly Tried[], from: number, to: number): boolean {
  const gains = gainsOf(tried);
  return ranksOf(tried).some((rank) => {
    const [less, more] = [triedAt(tried, rank, from), triedAt(tried, rank, to)];
    if (less.logLosses === undefined) return more.logLosses !== undefined;
    const doubling = gains.find((one) => one.rank === rank && one.from === from);
    if (doubling === undefined) return false;
    const { gain, standardError } = doubling;
    return gain > threshold && gain > clearly * standardError;
  });
}

/** Gain of each doubling at each rank where both trainings completed. */
function gainsOf(tried: readonly Tried[]): DoublingGain[] {
  const epochs = valuesOf(tried);
  return epochs.slice(1).flatMap((to, i) =>
    ranksOf(tried).flatMap((rank) => {
      const from = epochs[i]!;
      const [less, more] = [triedAt(tried, rank, from), triedAt(tried, rank, to)];
      if (less.logLosses === undefined || more.logLosses === undefined) return [];
      const { mean, standardError } = pairedDifference(less, more);
      return [{ rank, from, to, gain: mean, standardError }];
    }),
  );
}
