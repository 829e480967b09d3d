import { InputError } from "@lorank/core";
import type { RateSearch } from "@lorank/evidence/schema";
import { classPriorLoss } from "./search-parts.ts";
import type { SettingSearch } from "./setting-search.ts";
import { lossOf, pairedDifference, ranksOf, searchedValues, type Tried, triedAt, valuesOf } from "./tried.ts";
import { tryUntil } from "./try-values.ts";
import { rateNotes, rateWords } from "./words.ts";

/** Ratio between neighbouring learning rates: a finer choice would fit the search's noise. */
const factor = 3;
/** Most learning rates tried beyond the first three. */
const mostExtensions = 4;

/** Least and most rates that a search tries. */
export const rateBounds = { least: 3, most: 3 + mostExtensions };

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
  return beyond.slice(0, rateBounds.most - rates.length);
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

/** Searches the learning rate, by short trainings. */
export const searchRate: SettingSearch<RateSearch> = async ({ trials, parts: { short }, config }, run) => {
  const { learningRate: start, epochs } = config.optimizer;
  const guessing = classPriorLoss(short);
  const toTry = { setting: "learningRate", data: short, config } as const;
  const next = (so: readonly Tried[]) => nextRates(start, so, guessing);
  const tried = await tryUntil(trials, toTry, firstRates(start), next, run);
  if ("status" in tried) return tried;
  return chooseRate(start, tried, {
    epochs,
    trainExamples: short.train.length,
    ...(guessing === undefined ? {} : { guessing }),
  });
};
