import type { DoublingGain, EpochSearch } from "@lorank/evidence/schema";
import type { SettingSearch } from "./setting-search.ts";
import { pairedDifference, ranksOf, searchedValues, type Tried, triedAt, valuesOf } from "./tried.ts";
import { tryUntil } from "./try-values.ts";
import { epochNotes, epochWords } from "./words.ts";

/** Least log loss gain, in nats, for which epochs are doubled again: the default margin. */
const threshold = 0.02;
/** Standard errors a doubling's gain must also exceed. */
const clearly = 2;
/** Most doublings of the epochs: to eight times the default. */
const mostDoublings = 3;

/** Least and most budgets that a search tries. */
export const epochBounds = { least: 2, most: 1 + mostDoublings };

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

/** Searches the epochs, by long trainings. */
export const searchEpochs: SettingSearch<EpochSearch> = async ({ trials, parts: { long }, config }, run) => {
  const { learningRate, epochs } = config.optimizer;
  const toTry = { setting: "epochs", data: long, config } as const;
  const tried = await tryUntil(trials, toTry, firstEpochs(epochs), nextEpochs, run);
  if ("status" in tried) return tried;
  return chooseEpochs(tried, { learningRate, trainExamples: long.train.length });
};
