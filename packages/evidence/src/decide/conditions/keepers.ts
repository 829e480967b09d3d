import type { SecondaryFinding } from "../../schema/types.ts";
import type { PairwiseComparison } from "../compare.ts";
import type { VerdictInput } from "../verdict.ts";

/** Compared ranks by what is known of their conditions. */
export interface Keepers {
  /** Ranks shown to meet all conditions: only these may be named. */
  readonly candidates: readonly number[];
  /** Ranks that may meet them. */
  readonly comparators: readonly number[];
  /** Ranks shown to violate one. */
  readonly violated: readonly number[];
  /** Ranks among `comparators` whose means meet all. */
  readonly byMeans: readonly number[];
}

/** Keepers of conditions; undefined without conditions. */
export function keepersOf(
  ranks: readonly number[],
  findings: readonly SecondaryFinding[],
): Keepers | undefined {
  const conditions = findings.filter(({ limit }) => limit !== undefined);
  if (conditions.length === 0) return undefined;
  const scores = (rank: number) =>
    conditions.map((finding) => ({ finding, score: finding.ranks.find((one) => one.rank === rank)! }));
  const isViolated = (rank: number) => scores(rank).some(({ score }) => score.condition === "violated");
  const comparators = ranks.filter((rank) => !isViolated(rank));
  return {
    candidates: ranks.filter((rank) => scores(rank).every(({ score }) => score.condition === "met")),
    comparators,
    violated: ranks.filter(isViolated),
    byMeans: comparators.filter((rank) =>
      scores(rank).every(({ finding: { better, limit }, score }) =>
        better === "lower" ? score.mean <= limit! : score.mean >= limit!,
      ),
    ),
  };
}

interface Compared {
  readonly ranks: readonly number[];
  readonly comparison: PairwiseComparison;
}

/** Ranks that are compared, and those that may be named; without conditions all. */
export function rivalsOf(
  { ranks, comparison }: Compared,
  keepers?: Keepers,
): Pick<VerdictInput, "ranks" | "comparison"> & Pick<Keepers, "candidates" | "violated"> {
  if (keepers === undefined) return { ranks, comparison, candidates: ranks, violated: [] };
  const { candidates, comparators, violated } = keepers;
  return {
    ...{ ranks: comparators, candidates, violated },
    comparison: comparisonAmong({ ranks, comparison }, comparators),
  };
}

/** Comparison of the ranks `left` alone; tails and noise stay those of all ranks. */
export function comparisonAmong(
  { ranks, comparison }: Compared,
  left: readonly number[],
): PairwiseComparison {
  const collapsed = comparison.collapsed.flatMap((run) => {
    const index = left.indexOf(ranks[run.rank]!);
    return index < 0 ? [] : [{ ...run, rank: index }];
  });
  const pairs = comparison.pairs.filter(({ first, second }) => left.includes(first) && left.includes(second));
  return { ...comparison, pairs, collapsed };
}

/** Comparison of `rank` with each other rank that may meet the conditions; without conditions the whole. */
export function comparisonAgainst(
  comparison: PairwiseComparison,
  rank: number,
  keepers: Keepers | undefined,
): PairwiseComparison {
  if (keepers === undefined) return comparison;
  const isOf = (one: number, other: number): boolean => one === rank && keepers.comparators.includes(other);
  const pairs = comparison.pairs.filter(({ first, second }) => isOf(first, second) || isOf(second, first));
  return { ...comparison, pairs };
}
