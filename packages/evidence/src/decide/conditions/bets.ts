import { cutToRange, metricOf } from "../../schema/metric.ts";
import type { BestBet, VerdictByTask } from "../../schema/types.ts";
import { bestBetOf, type OpenComparison } from "../best-bet.ts";
import { pairOf } from "../compare.ts";
import { openBound } from "../open-bound.ts";
import type { Verdict } from "../verdict.ts";
import { comparisonAgainst, comparisonAmong, type Keepers } from "./keepers.ts";

type Open = Omit<OpenComparison, "certifiedRank">;

/** Best bet, if no rank is recommended; with conditions among the ranks whose means meet them all. */
export function betFor(
  { rank, certifiedRank }: Verdict,
  open: Open,
  keepers: Keepers | undefined,
): { readonly bestBet?: BestBet } {
  if (rank !== null) return {};
  if (keepers === undefined) return { bestBet: bestBetOf({ ...open, certifiedRank }) };
  const { byMeans, comparators } = keepers;
  if (byMeans.length === 0) return {};
  const bet = bestBetOf({
    ...{ ...open, certifiedRank, ranks: byMeans, bestRank: bestAmong(byMeans, open) },
    comparison: comparisonAmong(open, byMeans),
  });
  if (open.seeds < 2 || comparators.length < 2) return { bestBet: bet };
  // The loss is bounded against ranks whose conditions are open, too.
  const bound = openBound(comparisonAgainst(open.comparison, bet.rank, keepers), bet.rank);
  return { bestBet: { ...bet, mayLose: cutToRange(bound, metricOf(open.metric)) } };
}

/** Rank with the best mean; the first of equal ones. */
export function bestAmong(
  ranks: readonly number[],
  { comparison: { pairs } }: Pick<Open, "comparison">,
): number {
  return ranks.reduce((best, one) => (one !== best && pairOf(pairs, one, best).mean > 0 ? one : best));
}

/** Verdict `alone` by the metric, with its rank's advantage; undefined if conditions lead to the same rank. */
export function byTaskOf(
  alone: Verdict,
  conditioned: Verdict & { readonly bestBet?: BestBet },
  open: Open,
): VerdictByTask | undefined {
  const found = { ...alone, ...betFor(alone, open, undefined) };
  const [named, met] = [namedIn(found), namedIn(conditioned)];
  if (named === undefined || named === met) return undefined;
  if (met === undefined || open.seeds < 2) return found;
  const { pair, mean } = pairOf(open.comparison.pairs, named, met);
  return { ...found, advantage: mean, interval: [mean - pair.halfWidth, mean + pair.halfWidth] };
}

function namedIn({ rank, certifiedRank, bestBet }: Verdict & { readonly bestBet?: BestBet }) {
  return rank ?? certifiedRank ?? bestBet?.rank;
}
