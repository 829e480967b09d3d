import type { Falls, RankFall } from "../../schema/checks/points.ts";
import { metricOf } from "../../schema/metric.ts";
import type { MetricName } from "../../schema/types.ts";
import { mean } from "../../statistics/averages.ts";

/** Run with its best score on the way, or at the end, and its last. */
export interface RunEnds {
  readonly rank: number;
  readonly rate?: number | undefined;
  readonly best: number;
  readonly last: number;
  /** Examples behind each score; absent if unknown. */
  readonly examples?: number | undefined;
}

/** Least share of the best score that a fallen run has lost; a score that is better if lower has grown by its inverse. */
const leastShare = 1 / 4;

/** Least loss in margins of the metric: ten points of accuracy, 0.2 nats. */
const leastMargins = 10;

/** Least loss in standard errors of a difference between two shares of independent examples. */
const leastErrors = 4;

/**
 * Tells whether a run fell from its best score: by a quarter and ten margins, and by more than examples vary. A best of
 * many points is lucky, which the wide limits allow for.
 */
export function hasFallen(
  { best, last, examples }: Omit<RunEnds, "rank">,
  metric: MetricName,
  margin: number,
): boolean {
  const by = metricOf(metric);
  const lost = by.sign * (best - last);
  const whole = by.sign > 0 ? best : last;
  const least = leastMargins * (Number.isNaN(by.defaultMargin) ? margin : by.defaultMargin);
  const error =
    by.isBinary && examples !== undefined
      ? Math.sqrt((2 * best * (1 - best)) / examples + 1 / examples ** 2)
      : 0;
  return whole > 0 && lost >= leastShare * whole && lost >= least && lost > leastErrors * error;
}

/** Runs that fell, by rank; undefined if none did. */
export function fallsOf(runs: readonly RunEnds[], metric: MetricName, margin: number): Falls | undefined {
  const ranks = [...new Set(runs.map(({ rank }) => rank))].sort((a, b) => a - b);
  const falls = ranks.flatMap((rank): RankFall[] => {
    const own = runs.filter((run) => run.rank === rank);
    const fallen = own.filter((run) => hasFallen(run, metric, margin));
    if (fallen.length === 0) return [];
    const [rate, ...rates] = new Set(fallen.map((run) => run.rate));
    return [
      {
        rank,
        ...(rate === undefined || rates.length > 0 ? {} : { rate }),
        ...{ runs: fallen.length, of: own.length },
        ...{ best: mean(fallen.map(({ best }) => best)), last: mean(fallen.map(({ last }) => last)) },
      },
    ];
  });
  if (falls.length === 0) return undefined;
  const mostFell = falls.flatMap(({ rank, runs, of }) => (2 * runs > of ? [rank] : []));
  const others = ranks.filter((rank) => !mostFell.includes(rank));
  const hides = mostFell.length > 0 && (others.length === 0 || Math.min(...mostFell) < Math.max(...others));
  return { ranks: falls, ...(hides ? { hidesRanks: true } : {}) };
}
