import type { Decided } from "../decision-types.ts";
import { metrics } from "../metric.ts";
import type { Interval } from "../scalar-types.ts";

export interface PairDifference {
  /** Positive when the rank asked for is better. */
  readonly difference: number;
  readonly interval: Interval;
}

/** How much better `rank` is than `other`; undefined where the decision does not compare them. */
export function pairDifference(decision: Decided, rank: number, other: number): PairDifference | undefined {
  const pair = decision.pairs?.find(
    ({ first, second }) => (first === rank && second === other) || (first === other && second === rank),
  );
  if (pair === undefined) return toBest(decision, rank, other);
  return pair.first === rank ? { difference: pair.advantage, interval: pair.interval } : negated(pair);
}

/** Files of earlier versions hold no pairs, but each rank's difference to the best. */
function toBest(
  { ranks, bestRank, metric }: Decided,
  rank: number,
  other: number,
): PairDifference | undefined {
  const behind = other === bestRank ? rank : rank === bestRank ? other : undefined;
  const summary = ranks.find((one) => one.rank === behind);
  if (summary === undefined) return undefined;
  const { differenceToBest, differenceInterval } = summary;
  const isBetter = (behind === rank) === metrics[metric].sign > 0;
  return isBetter
    ? { difference: differenceToBest, interval: differenceInterval }
    : negated({ advantage: differenceToBest, interval: differenceInterval });
}

/** 0 - x, because -0 would be printed. */
function negated({
  advantage,
  interval: [low, high],
}: {
  advantage: number;
  interval: Interval;
}): PairDifference {
  return { difference: 0 - advantage, interval: [0 - high, 0 - low] };
}

/** Compared ranks that no other one is known to beat, ascending; all of them with one seed, which shows no such thing. */
export function ranksInPlay(decision: Decided): number[] {
  const ranks = decision.ranks.map(({ rank }) => rank);
  if (decision.seeds < 2) return ranks;
  return ranks.filter((rank) =>
    ranks.every((other) => {
      const found = other === rank ? undefined : pairDifference(decision, rank, other);
      return found === undefined || found.interval[1] >= 0;
    }),
  );
}
