import type { CheckMembers } from "./check-types.ts";
import type { BestBet, Decision } from "./decision-types.ts";

/** True if no more runs are needed: the rank is certified, or quality still rises at the largest rank. */
export function isSettled({ verdict }: Pick<Decision, "verdict">): boolean {
  return verdict === "adequate" || verdict === "extend";
}

type Judged = Pick<Decision, "rank" | "certifiedRank" | "ranks" | "margin" | "classPrior">;

export function provenRank(decision: Omit<Judged, "rank">): number | null {
  const { certifiedRank, ranks, margin } = decision;
  if (certifiedRank !== undefined) return certifiedRank;
  // Earlier versions' files have no certified rank: it follows from the bounds.
  if (isBehindPrior(decision)) return null;
  return ranks.find(({ shortfallBound = Infinity }) => shortfallBound <= margin)?.rank ?? null;
}

/** Recommended rank, or else the smallest proven rank, which is enough even if a smaller rank may be too. */
export function rankToUse(decision: Judged): number | null {
  return decision.rank ?? provenRank(decision);
}

/** Best bet, also for earlier versions' files. Undefined if a rank is recommended, for copies, and behind the prior. */
export function betOf(
  decision: Judged &
    Pick<Decision, "bestRank" | "bestBet" | "copies" | "agreeingRuns" | "fell" | "secondary">,
): BestBet | undefined {
  const { rank, bestRank, bestBet, ranks, secondary } = decision;
  if (rank !== null || bestRank === null || !tellsRanksApart(decision) || isBehindPrior(decision))
    return undefined;
  // Without a bet beside secondary outcomes, no rank's mean meets the conditions on them.
  if (bestBet !== undefined || secondary !== undefined) return bestBet;
  const bet = provenRank(decision) ?? bestRank;
  const mayLose = ranks.find((one) => one.rank === bet)?.shortfallBound;
  return { rank: bet, ...(mayLose === undefined ? {} : { mayLose }) };
}

/** Rank that stands for the results: the one to use, or else the best bet, or else the best mean. */
export function namedRank(decision: Parameters<typeof betOf>[0]): number | null {
  return rankToUse(decision) ?? betOf(decision)?.rank ?? decision.bestRank;
}

/** Tells whether runs may show a difference between ranks: no copies, ranks are not alike, and no collapse hides it. */
export function tellsRanksApart({ copies, agreeingRuns, fell }: CheckMembers): boolean {
  const isHidden = fell?.hidesRanks === true;
  return copies === undefined && (agreeingRuns?.setting ?? "seed") === "seed" && !isHidden;
}

/** Tells whether classes are known and no rank is shown to beat the class prior; then none is recommended. */
export function isBehindPrior({ classPrior }: Pick<Decision, "classPrior">): boolean {
  return classPrior !== undefined && classPrior.state !== "better";
}

/** Compared ranks not shown to beat the class prior; none if the classes are unknown. */
export function ranksBehindPrior({ classPrior }: Pick<Decision, "classPrior">): number[] {
  return (classPrior?.ranks ?? []).filter(({ isBetter }) => !isBetter).map(({ rank }) => rank);
}
