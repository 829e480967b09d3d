import { InputError } from "@lorank/core";
import type { DoublingGain, EpochSearch, RateSearch, SearchedValue } from "@lorank/evidence/results";
import { epochNotes, epochWords, rateNotes, rateWords } from "./words.ts";

export interface Tried {
  readonly rank: number;
  readonly value: number;
  /** Log loss in nats per selection example; undefined where the training diverged. */
  readonly logLosses: readonly number[] | undefined;
}

export function valuesOf(tried: readonly Tried[]): number[] {
  return [...new Set(tried.map(({ value }) => value))].sort((a, b) => a - b);
}

export function ranksOf(tried: readonly Tried[]): number[] {
  return [...new Set(tried.map(({ rank }) => rank))].sort((a, b) => a - b);
}

export function triedAt(tried: readonly Tried[], rank: number, value: number): Tried {
  return tried.find((one) => one.rank === rank && one.value === value)!;
}

export function lossOf({ logLosses }: Tried): number {
  return logLosses === undefined ? Number.POSITIVE_INFINITY : mean(logLosses);
}

/**
 * Mean log loss difference `a - b`, in nats, with the paired standard error. Both must have completed, on the same
 * examples.
 */
export function pairedDifference(a: Tried, b: Tried): { mean: number; standardError: number } {
  const differences = a.logLosses!.map((loss, i) => loss - b.logLosses![i]!);
  const centre = mean(differences);
  const squares = differences.reduce((sum, difference) => sum + (difference - centre) ** 2, 0);
  const n = differences.length;
  return { mean: centre, standardError: n > 1 ? Math.sqrt(squares / (n - 1) / n) : 0 };
}

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

/** Ratio between neighbouring learning rates: a finer choice would fit the search's noise. */
const factor = 3;
/** Most learning rates tried beyond the first three. */
const mostExtensions = 4;

export function firstRates(start: number): number[] {
  return [-1, 0, 1].map((power) => rateAt(start, power));
}

/**
 * Next learning rates to try: beyond each end at which a rank did best, at most four in all. Where a rank is no better
 * than `guessing`, a log loss, rates go down.
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
 * Learning rate with the least maximum regret over the ranks, on a tie the lower. Regret: log loss minus that at the
 * rank's best rate.
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

function rateAt(start: number, power: number): number {
  return power === 0 ? start : Number((start * factor ** power).toPrecision(3));
}

/** Best learning rate for a rank; the lowest where all diverged, to go on downwards. */
function bestRate(tried: readonly Tried[], rank: number): number {
  return leastBy(valuesOf(tried), (rate) => lossOf(triedAt(tried, rank, rate)));
}

/** Lowest log loss for a rank; 0 where all rates diverged: such a rank has infinite regret. */
function bestLoss(tried: readonly Tried[], rank: number): number {
  const loss = lossOf(triedAt(tried, rank, bestRate(tried, rank)));
  return Number.isFinite(loss) ? loss : 0;
}

function leastBy(values: readonly number[], cost: (value: number) => number): number {
  return values.reduce((least, value) => (cost(value) < cost(least) ? value : least));
}

/** Least log loss gain, in nats, for which epochs are doubled again: the default margin. */
const threshold = 0.02;
/** Standard errors a doubling's gain must also exceed. */
const clearly = 2;
/** Most doublings of the epochs: to eight times the default. */
const mostDoublings = 3;

export function firstEpochs(start: number): number[] {
  return [start, 2 * start];
}

/** Next epochs to try: doubled while the last doubling improved a rank; empty at the end. */
export function nextEpochs(tried: readonly Tried[]): number[] {
  const [from = 0, to = 0] = valuesOf(tried).slice(-2);
  const wentOn = valuesOf(tried).length - 1 < mostDoublings && improves(tried, from, to);
  return wentOn ? [2 * to] : [];
}

/** Chosen epochs: those before the doubling that improved no rank; the last where each did. */
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

/** True if more epochs clearly improve a rank, or only fewer diverged. */
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
