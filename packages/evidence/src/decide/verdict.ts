import type { Decision } from "../schema/types.ts";
import type { LostTails } from "./claim-tails.ts";
import {
  isWorseThanSome,
  type PairwiseComparison,
  pairOf,
  shortfallAtLeast,
  shortfallBound,
} from "./compare.ts";
import { openBound } from "./open-bound.ts";

export interface Verdict {
  readonly verdict: Decision["verdict"];
  readonly rank: number | null;
  /** Smallest certified rank: no rank is better by more than the margin. */
  readonly certifiedRank: number | null;
}

export const openVerdict: Verdict = { verdict: "inconclusive", rank: null, certifiedRank: null };

export interface VerdictInput {
  /** Compared ranks, without those shown to violate a condition. */
  readonly ranks: readonly number[];
  /** Ranks that may be named, among `ranks`: those shown to meet all conditions. Default: all. */
  readonly candidates?: readonly number[];
  /** Ranks shown to violate a condition. Default: none. */
  readonly violated?: readonly number[];
  readonly seeds: number;
  readonly margin: number;
  readonly comparison: PairwiseComparison;
  /** Ranks no longer compared, each shown to be worse than a rank then in play. Default: none. */
  readonly dropped?: readonly number[];
  /** True if nothing lies beyond the last rank, as for arms. Default: false. */
  readonly isClosed?: boolean;
}

export const indifferenceMargins = 2;

/**
 * Derives the verdict. The first of these ranks is recommended.
 *
 * 1. A certified rank below every unbeaten rank: what beats it gains no more than the margin.
 * 2. The smallest unbeaten rank, if the possible loss is at most two margins.
 * 3. A larger certified rank, if each smaller rank has lost something to another.
 *
 * Conditions restrict all three rules to candidates; comparisons are with every rank that may meet them.
 *
 * A larger margin never makes the rank larger. Evidence on larger ranks only moves it away from a rank that has lost
 * (docs/decisions/0017). Verdicts:
 *
 * - `extend`: the rank is the largest, and the gain over the next is supported.
 * - `adequate`: the rank is certified.
 * - `provisional`: not certified, and some rank is shown to be worse. `indistinguishable`: no difference is shown.
 * - `inconclusive`: no rank is recommended, a single seed, or fewer than two ranks.
 *
 * A rank left alone beats all dropped ranks: `extend` if it is the largest of a list that is not closed, else `adequate`.
 * If all others violate conditions, it is `adequate`.
 */
export function verdictOf(input: VerdictInput): Verdict {
  const { ranks, seeds, margin, comparison, dropped = [], isClosed = false } = input;
  const { candidates = ranks, violated = [] } = input;
  const largest = Math.max(...ranks, ...dropped, ...violated);
  if (ranks.length === 1 && dropped.length + violated.length > 0) {
    const [rank] = ranks as [number];
    if (!candidates.includes(rank)) return openVerdict;
    const isRising = rank === largest && !isClosed && violated.length === 0;
    return { verdict: isRising ? "extend" : "adequate", rank, certifiedRank: rank };
  }
  if (seeds < 2 || ranks.length < 2) return openVerdict;
  const { pairs } = comparison;
  const certifiedRank = candidates.find((rank) => shortfallBound(pairs, rank) <= margin) ?? null;
  const differs = dropped.length > 0 || pairs.some(({ supported }) => supported);
  const rank = recommended(input, certifiedRank, differs ? "differing" : "alike");
  if (rank === null) return { ...openVerdict, certifiedRank };
  if (rank === largest && !isClosed) {
    const { pair, mean } = pairOf(pairs, largest, ranks.at(-2)!);
    if (pair.supported && mean > 0) return { verdict: "extend", rank, certifiedRank };
  }
  const open = differs ? "provisional" : "indistinguishable";
  return { verdict: rank === certifiedRank ? "adequate" : open, rank, certifiedRank };
}

function recommended(
  { ranks, candidates = ranks, margin, comparison }: VerdictInput,
  certified: number | null,
  are: keyof LostTails,
): number | null {
  const { pairs } = comparison;
  // A rank that beats another has a better mean, so some rank is unbeaten, but perhaps no candidate.
  const unbeaten = candidates.find((rank) => !isWorseThanSome(pairs, rank)) ?? Number.POSITIVE_INFINITY;
  if (certified !== null && certified < unbeaten) return certified;
  if (unbeaten < Number.POSITIVE_INFINITY && openBound(comparison, unbeaten) <= indifferenceMargins * margin)
    return unbeaten;
  if (certified === null) return null;
  const smaller = candidates.filter((rank) => rank < certified);
  return smaller.every((rank) => shortfallAtLeast(pairs, rank, are) > 0) ? certified : null;
}

export function ranksInPlay(ranks: readonly number[], comparison: PairwiseComparison): number[] {
  return ranks.filter((rank) => !isWorseThanSome(comparison.pairs, rank));
}
