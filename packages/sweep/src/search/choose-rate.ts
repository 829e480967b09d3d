import { InputError } from "@lorank/core";
import type { RateSearch } from "@lorank/core/results";
import { lossOf, pairedDifference, ranksOf, searchedValues, type Tried, triedAt, valuesOf } from "./tried.ts";
import { rateNotes, rateWords } from "./words.ts";

/** From one rate to the next. LoRA's loss changes little within it: a finer choice would fit the noise of the search. */
const factor = 3;
/** Rates beyond the first three. */
const mostExtensions = 4;

/** A third of the usual rate, the usual one, three times it. */
export function firstRates(start: number): number[] {
  return [-1, 0, 1].map((power) => rateAt(start, power));
}

/**
 * Rates to try next: beyond each end at which a rank did best, up to four in all; empty when there is enough to choose. A
 * rank that did no better than `guessing` has learned nothing, so which rate was best for it is chance: rates go down, for it is
 * too high ones that destroy what a model knows.
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
 * Chooses the rate whose largest regret over the ranks is the least: a rank's regret is its log loss minus that at its own
 * best rate. Of equals the lower one.
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

/** Where every rate diverged, the lowest: that is the direction to go on in. */
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
