import { ascending } from "../../decide/outcomes.ts";
import type { ChosenRate } from "../../schema/types.ts";
import { mean } from "../../statistics/mean.ts";

/** A run with a score, at a learning rate if that is known. */
interface RatedRun {
  readonly rank: number;
  readonly rate?: number;
  readonly score: number;
}

/** Runs of each rank at the learning rate that suits it best. */
export interface BestRates<Run> {
  readonly runs: readonly Run[];
  /** Absent if no rank has runs at several rates. */
  readonly rates?: readonly ChosenRate[];
}

/**
 * Keeps the runs at each rank's best rate: the one with the best mean, the lower of equals. A rate with fewer runs than
 * another of its rank is not chosen, since few runs are lucky more easily.
 */
export function atBestRates<Run extends RatedRun>(runs: readonly Run[], sign: 1 | -1): BestRates<Run> {
  const ranks = ascending(runs.map(({ rank }) => rank));
  const chosen = ranks.map((rank) => bestRate(rank, runs, sign));
  if (chosen.every(({ tried }) => tried < 2)) return { runs };
  const isChosen = (run: Run): boolean =>
    chosen.some(({ rank, rate }) => rank === run.rank && rate === run.rate);
  return {
    runs: runs.filter(isChosen),
    rates: chosen.flatMap(({ rank, rate, tried }) => (rate === undefined ? [] : [{ rank, rate, tried }])),
  };
}

function bestRate(rank: number, runs: readonly RatedRun[], sign: 1 | -1) {
  const own = runs.filter((run) => run.rank === rank);
  const rates = [...new Set(own.map(({ rate }) => rate))].sort((a, b) => a! - b!);
  const scores = rates.map((rate) => own.filter((run) => run.rate === rate).map(({ score }) => score));
  const most = Math.max(...scores.map(({ length }) => length));
  const quality = scores.map((ofRate) => (ofRate.length < most ? -Infinity : sign * mean(ofRate)));
  return { rank, rate: rates[quality.indexOf(Math.max(...quality))], tried: rates.length };
}

/**
 * Factor by which a tail shrinks: one over the number of pairs of rates (Bonferroni). A claim on two ranks then holds
 * whichever of their rates were chosen.
 */
export function shareOfRates(rates: readonly ChosenRate[] = []): number {
  const most = Math.max(1, ...rates.map(({ tried }) => tried));
  return 1 / most ** 2;
}
