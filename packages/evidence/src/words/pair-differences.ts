import type { Decided } from "../schema/decision-types.ts";
import { metricOf } from "../schema/metric.ts";
import type { Interval } from "../schema/scalar-types.ts";

interface PairDifference {
  /** Difference between two ranks' means; positive if the first rank is better. */
  readonly difference: number;
  readonly interval: Interval;
}

export function pairDifference(decision: Decided, rank: number, other: number): PairDifference | undefined {
  const pair = decision.pairs?.find(
    ({ first, second }) => (first === rank && second === other) || (first === other && second === rank),
  );
  if (pair === undefined) return toBest(decision, rank, other);
  return pair.first === rank
    ? { difference: pair.advantage, interval: pair.interval }
    : negated(pair.advantage, pair.interval);
}

/** Difference to the best: files by earlier versions have no pairs. */
function toBest(
  { ranks, bestRank, metric }: Decided,
  rank: number,
  other: number,
): PairDifference | undefined {
  const behind = other === bestRank ? rank : rank === bestRank ? other : undefined;
  const summary = ranks.find((one) => one.rank === behind);
  if (summary === undefined) return undefined;
  const { differenceToBest, differenceInterval } = summary;
  const isBetter = (behind === rank) === metricOf(metric).sign > 0;
  return isBetter
    ? { difference: differenceToBest, interval: differenceInterval }
    : negated(differenceToBest, differenceInterval);
}

/** Negation as 0 - x, because -0 would be printed. */
function negated(difference: number, [low, high]: Interval): PairDifference {
  return { difference: 0 - difference, interval: [0 - high, 0 - low] };
}

/** Ranks in play: with a single seed, all. */
export function ranksInPlay(decision: Decided): number[] {
  const ranks = decision.ranks.map(({ rank }) => rank);
  if (decision.seeds < 2) return ranks;
  const { pairs, bestRank } = decision;
  if (pairs === undefined)
    return ranks.filter((rank) => (toBest(decision, rank, bestRank!)?.interval[1] ?? 0) >= 0);
  const beaten = new Set(
    pairs.flatMap(({ first, second, interval: [low, high] }) => (high < 0 ? first : low > 0 ? second : [])),
  );
  return ranks.filter((rank) => !beaten.has(rank));
}
