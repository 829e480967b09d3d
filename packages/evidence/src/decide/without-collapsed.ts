import type { SecondaryFinding, VerdictWithout } from "../schema/types.ts";
import type { CollapsedCell } from "./collapsed-runs.ts";
import type { PairwiseComparison } from "./compare.ts";

interface ComparedSeeds {
  readonly comparison: PairwiseComparison;
  readonly secondary: readonly SecondaryFinding[];
  readonly seeds: number;
}

export interface CollapsedComparison extends Omit<ComparedSeeds, "seeds"> {
  readonly ranks: readonly number[];
  /** Repeats the comparison without these runs; undefined if fewer than two seeds remain. */
  readonly compareWithout: (runs: readonly CollapsedCell[]) => ComparedSeeds | undefined;
}

/**
 * Verdict without collapsed runs, as `judge` gives it: their ranks are compared, and their secondary outcomes judged, under
 * the remaining seeds. All other pairs and ranks have all seeds.
 */
export function verdictWithout(
  { ranks, comparison, compareWithout, secondary }: CollapsedComparison,
  judge: (compared: ComparedSeeds) => VerdictWithout,
): VerdictWithout | undefined {
  const { collapsed } = comparison;
  const left = compareWithout(collapsed);
  if (left === undefined) return undefined;
  const isOfCollapsed = (rank: number): boolean => collapsed.some((run) => ranks[run.rank] === rank);
  const pairs = comparison.pairs.map((pair, index) =>
    isOfCollapsed(pair.first) || isOfCollapsed(pair.second) ? left.comparison.pairs[index]! : pair,
  );
  const findings = secondary.map((finding, outcome) => ({
    ...finding,
    ranks: finding.ranks.map((score, index) =>
      isOfCollapsed(score.rank) ? left.secondary[outcome]!.ranks[index]! : score,
    ),
  }));
  const { seeds } = left;
  return judge({ comparison: { ...comparison, pairs, collapsed: [] }, secondary: findings, seeds });
}
