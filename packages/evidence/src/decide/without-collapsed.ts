import type { MetricName, VerdictWithout } from "../schema/types.ts";
import type { CollapsedCell } from "./collapsed-runs.ts";
import { pairOf } from "./compare.ts";
import { betFor } from "./conditions/bets.ts";
import type { JointComparison } from "./conditions/findings.ts";
import { keepersOf, rivalsOf } from "./conditions/keepers.ts";
import { type VerdictInput, verdictOf } from "./verdict.ts";

interface ComparedSeeds extends JointComparison {
  readonly seeds: number;
}

export interface CollapsedComparison
  extends Pick<VerdictInput, "ranks" | "margin" | "dropped" | "isClosed">,
    Pick<ComparedSeeds, "comparison" | "secondary"> {
  readonly metric: MetricName;
  /** Repeats the comparison without these runs; undefined if fewer than two seeds remain. */
  readonly compareWithout: (runs: readonly CollapsedCell[]) => ComparedSeeds | undefined;
}

/**
 * Verdict without collapsed runs: their ranks are compared, and their conditions judged, under the remaining seeds. All
 * other pairs and ranks have all seeds.
 */
export function verdictWithout(input: CollapsedComparison): VerdictWithout | undefined {
  const { ranks, comparison, compareWithout, secondary, metric } = input;
  const { collapsed } = comparison;
  const left = compareWithout(collapsed);
  if (left === undefined) return undefined;
  const isOfCollapsed = (rank: number): boolean => collapsed.some((run) => ranks[run.rank] === rank);
  const pairs = comparison.pairs.map((pair, index) =>
    isOfCollapsed(pair.first) || isOfCollapsed(pair.second) ? left.comparison.pairs[index]! : pair,
  );
  const whole = { ...comparison, pairs, collapsed: [] };
  const findings = secondary.map((finding, outcome) => ({
    ...finding,
    ranks: finding.ranks.map((score, index) =>
      isOfCollapsed(score.rank) ? left.secondary[outcome]!.ranks[index]! : score,
    ),
  }));
  const keepers = keepersOf(ranks, findings);
  const { seeds } = left;
  const verdict = verdictOf({ ...input, ...rivalsOf({ ranks, comparison: whole }, keepers), seeds });
  const bestRank = ranks.reduce((best, one) =>
    one !== best && pairOf(pairs, one, best).mean > 0 ? one : best,
  );
  return { ...verdict, ...betFor(verdict, { ranks, seeds, comparison: whole, bestRank, metric }, keepers) };
}
