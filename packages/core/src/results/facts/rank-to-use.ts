import { isBehindPrior } from "../behind-prior.ts";
import type { Decision } from "../decision-types.ts";

type Judged = Pick<Decision, "rank" | "certifiedRank" | "ranks" | "margin" | "classPrior">;

/** The smallest rank that is proven to be within the margin; null where none is. */
export function provenRank(decision: Omit<Judged, "rank">): number | null {
  const { certifiedRank, ranks, margin } = decision;
  if (certifiedRank !== undefined) return certifiedRank;
  // Files of earlier versions hold the bounds alone.
  if (isBehindPrior(decision)) return null;
  return ranks.find(({ shortfallBound = Infinity }) => shortfallBound <= margin)?.rank ?? null;
}

/**
 * The rank that a decision supports: the recommended one; where none is, the smallest that is proven, which is enough even if a
 * smaller one may be too. Null where there is neither.
 */
export function rankToUse(decision: Judged): number | null {
  return decision.rank ?? provenRank(decision);
}
