import type { DoublingGain, EpochSearch } from "@lorank/core/results";
import { pairedDifference, ranksOf, searchedValues, type Tried, triedAt, valuesOf } from "./tried.ts";
import { epochNotes, epochWords } from "./words.ts";

/** What a doubling must bring, in nats: the margin of log loss within which ranks count as equally good. */
const threshold = 0.02;
/** A gain must also exceed this many of its standard errors. */
const clearly = 2;
/** The search goes up to eight times the usual epochs. */
const mostDoublings = 3;

/** The usual epochs and twice as many. */
export function firstEpochs(usual: number): number[] {
  return [usual, 2 * usual];
}

/** What to try next: twice as many epochs as long as the last doubling improved a rank; else nothing. */
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

/** True for a gain that counts. */
export function isImprovement({ gain, standardError }: DoublingGain): boolean {
  return gain > threshold && gain > clearly * standardError;
}

/** A rank that diverged before the doubling and not after it has improved, however much. */
function improves(tried: readonly Tried[], from: number, to: number): boolean {
  const gains = gainsOf(tried);
  return ranksOf(tried).some((rank) => {
    const [less, more] = [triedAt(tried, rank, from), triedAt(tried, rank, to)];
    if (less.logLosses === undefined) return more.logLosses !== undefined;
    const gain = gains.find((one) => one.rank === rank && one.from === from);
    return gain !== undefined && isImprovement(gain);
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
