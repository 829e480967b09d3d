import type { RaceDrop } from "../../results/race-types.ts";
import type { MetricName } from "../../results/types.ts";
import { dropReason } from "../../results/words/method-words.ts";
import { type Comparison, pairOf } from "../compare.ts";

/** Who can no longer be the smallest adequate rank. The rank with the best mean never goes. */
export function drops(
  ranks: readonly number[],
  comparison: Comparison,
  margin: number,
  metric: MetricName,
): RaceDrop[] {
  return ranks.flatMap((rank): RaceDrop[] => {
    const above = ranks
      .filter((other) => other !== rank)
      .map((other) => {
        const { pair, mean } = pairOf(comparison.pairs, other, rank);
        const width = pair.halfWidth;
        return { other, mean, width, low: mean - width, isAbove: pair.supported && mean > 0 };
      })
      .filter(({ isAbove }) => isAbove);
    const beyond = above.filter(({ low }) => low > margin);
    const candidates = beyond.length > 0 ? beyond : above.filter(({ other }) => other < rank);
    if (candidates.length === 0) return [];
    const { other, mean, width, low } = candidates.reduce((a, b) => (b.low > a.low ? b : a));
    const drop = {
      rank,
      cause: beyond.length > 0 ? ("beyond-margin" as const) : ("smaller-is-better" as const),
      against: other,
      shortfall: mean,
      interval: [low, mean + width] as const,
    };
    return [{ ...drop, reason: dropReason(drop, metric) }];
  });
}
