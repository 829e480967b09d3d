import type { Decision } from "../results/types.ts";
import { type Comparison, isWorseThanSome, pairOf, shortfallBound } from "./compare.ts";

export interface Verdict {
  readonly verdict: Decision["verdict"];
  /** The recommended rank; null when inconclusive. */
  readonly rank: number | null;
}

/** No claim. */
export const openVerdict: Verdict = { verdict: "inconclusive", rank: null };

export interface VerdictInput {
  /** Compared ranks, ascending. */
  readonly ranks: readonly number[];
  readonly bestRank: number;
  readonly seeds: number;
  readonly margin: number;
  readonly comparison: Comparison;
  /**
   * Ranks that a race has dropped, each supported to be worse than one that was in play: these are differences too, and
   * the largest rank tried may be among them. Default none.
   */
  readonly dropped?: readonly number[];
}

/** How many margins the intervals must exclude before ranks that show no difference are called indistinguishable. */
export const indifferenceMargins = 2;

/**
 * Reads the verdict off the comparisons. In order:
 *
 * 1. `inconclusive` when the design supports no claim: one seed, or fewer than two ranks. A rank that a race has left
 *    alone is better than all that were dropped: `extend` when it is the largest, else `adequate`.
 * 2. `adequate` when a rank below the largest is certified: no other rank is better by more than the margin. It
 *    comes before `extend`: a gain that is real but inside the margin is one the user said not to pay for.
 * 3. `extend` when the largest rank is the best and its gain over the next one is supported.
 * 4. `adequate` for the largest rank when it is certified and some difference is supported.
 * 5. `indistinguishable` when no difference at all is supported and no rank can be better than the smallest by more
 *    than `indifferenceMargins` margins: the smallest rank.
 * 6. `inconclusive` otherwise: the intervals are too wide to call the ranks equal; or some ranks are worse, and the rest
 *    cannot be told apart within the margin.
 */
export function verdictOf(input: VerdictInput): Verdict {
  const { ranks, bestRank, seeds, margin, comparison, dropped = [] } = input;
  const largest = Math.max(...ranks, ...dropped);
  if (ranks.length === 1 && dropped.length > 0) {
    return { verdict: ranks[0] === largest ? "extend" : "adequate", rank: ranks[0]! };
  }
  if (seeds < 2 || ranks.length < 2) return openVerdict;
  const { pairs } = comparison;
  const certified = ranks.find((rank) => shortfallBound(pairs, rank) <= margin);
  if (certified !== undefined && certified < largest) return { verdict: "adequate", rank: certified };
  if (bestRank === largest) {
    const { pair, mean } = pairOf(pairs, largest, ranks.at(-2)!);
    if (pair.supported && mean > 0) return { verdict: "extend", rank: largest };
  }
  if (dropped.length === 0 && !pairs.some((candidate) => candidate.supported)) {
    const excluded = shortfallBound(pairs, ranks[0]!) <= indifferenceMargins * margin;
    return excluded ? { verdict: "indistinguishable", rank: ranks[0]! } : openVerdict;
  }
  if (certified !== undefined) return { verdict: "adequate", rank: certified };
  return openVerdict;
}

/** Ranks that no other rank is known to beat, ascending. */
export function ranksInPlay(ranks: readonly number[], comparison: Comparison): number[] {
  return ranks.filter((rank) => !isWorseThanSome(comparison.pairs, rank));
}
