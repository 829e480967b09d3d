import type { CheckMembers } from "./check-types.ts";
import type { BestBet, Decision } from "./decision-types.ts";

/** Tells a verdict that needs no more runs: the recommended rank is certified, or quality still rises at the largest one. */
export function isSettled({ verdict }: Pick<Decision, "verdict">): boolean {
  return verdict === "adequate" || verdict === "extend";
}

type Judged = Pick<Decision, "rank" | "certifiedRank" | "ranks" | "margin" | "classPrior">;

/** Finds the smallest rank that is proven to be within the margin; null if there is none. */
export function provenRank(decision: Omit<Judged, "rank">): number | null {
  const { certifiedRank, ranks, margin } = decision;
  if (certifiedRank !== undefined) return certifiedRank;
  // Files of earlier versions have the bounds alone.
  if (isBehindPrior(decision)) return null;
  return ranks.find(({ shortfallBound = Infinity }) => shortfallBound <= margin)?.rank ?? null;
}

/**
 * Finds the rank that a decision supports: the recommended one, or else the smallest proven one. A proven rank is
 * enough even if a smaller one may be too. Null if there is neither.
 */
export function rankToUse(decision: Judged): number | null {
  return decision.rank ?? provenRank(decision);
}

/**
 * Finds the rank to choose if no rank is recommended and nothing else can be run. Undefined if the runs say nothing of the
 * ranks: copies of others, or no better than the class prior. Files of earlier versions have the bound of its loss alone.
 */
export function betOf(
  decision: Judged & Pick<Decision, "bestRank" | "bestBet" | "copies" | "agreeingRuns">,
): BestBet | undefined {
  const { rank, bestRank, bestBet, ranks } = decision;
  if (rank !== null || bestRank === null || !tellsRanksApart(decision) || isBehindPrior(decision))
    return undefined;
  if (bestBet !== undefined) return bestBet;
  const bet = provenRank(decision) ?? bestRank;
  const mayLose = ranks.find((one) => one.rank === bet)?.shortfallBound;
  return { rank: bet, ...(mayLose === undefined ? {} : { mayLose }) };
}

/** Tells whether runs may show something of the ranks: they are no copies, and runs of different ranks are not alike. */
export function tellsRanksApart({ copies, agreeingRuns }: CheckMembers): boolean {
  return copies === undefined && (agreeingRuns?.setting ?? "seed") === "seed";
}

/** Tells whether the classes are known and no rank is shown to be better than the class prior; then none is recommended. */
export function isBehindPrior({ classPrior }: Pick<Decision, "classPrior">): boolean {
  return classPrior !== undefined && classPrior.state !== "better";
}

/** Lists compared ranks that are not shown to be better than the class prior; none if the classes are unknown. */
export function ranksBehindPrior({ classPrior }: Pick<Decision, "classPrior">): number[] {
  return (classPrior?.ranks ?? []).filter(({ isBetter }) => !isBetter).map(({ rank }) => rank);
}
