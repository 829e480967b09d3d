import type { VerdictWithout } from "../results/types.ts";
import { bestBetOf } from "./best-bet.ts";
import { type PairwiseComparison, pairOf } from "./compare.ts";
import { type VerdictInput, verdictOf } from "./verdict.ts";

interface CollapsedComparison extends VerdictInput {
  /** Compares the ranks under these seeds alone, by their indices. */
  readonly compareUnder: (seeds: readonly number[]) => PairwiseComparison;
}

/**
 * Decides again without the runs that collapsed. Their ranks are compared with others under the remaining seeds, all
 * other pairs under all seeds. Undefined if fewer than two seeds remain.
 */
export function verdictWithout(input: CollapsedComparison): VerdictWithout | undefined {
  const { ranks, comparison, compareUnder } = input;
  const { collapsed } = comparison;
  const all = Array.from({ length: input.seeds }, (_, seed) => seed);
  const left = all.filter((seed) => !collapsed.some((run) => run.seed === seed));
  if (left.length < 2) return undefined;
  const again = compareUnder(left);
  const isOfCollapsed = (rank: number): boolean => collapsed.some((run) => ranks[run.rank] === rank);
  const pairs = comparison.pairs.map((pair, index) =>
    isOfCollapsed(pair.first) || isOfCollapsed(pair.second) ? again.pairs[index]! : pair,
  );
  const seeds = left.length;
  const whole = { ...comparison, pairs, collapsed: [] };
  const { verdict, rank, certifiedRank } = verdictOf({ ...input, seeds, comparison: whole });
  if (rank !== null) return { verdict, rank, certifiedRank };
  const bestRank = ranks.reduce((best, one) =>
    one !== best && pairOf(pairs, one, best).mean > 0 ? one : best,
  );
  const bestBet = bestBetOf({ ranks, seeds, comparison: whole, certifiedRank, bestRank });
  return { verdict, rank, certifiedRank, bestBet };
}
