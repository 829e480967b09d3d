import { type ClaimIn, claimsWith, type SharedClaim } from "../../claims/claim.ts";
import { longer } from "../../claims/longer.ts";
import type { RankConvergence } from "../../schema/check-types.ts";
import type { Decided } from "../../schema/decision-types.ts";
import { isBehindPrior, ranksBehindPrior } from "../../schema/rank-to-use.ts";
import type { CheckClaims } from "../check-claims.ts";
import { aboveClassPrior } from "../class-prior/above-untrained.ts";
import { type ConvergenceBodies, convergenceWords } from "./words.ts";

export type ConvergenceClaim = ClaimIn<ConvergenceBodies>;

const claim = claimsWith<ConvergenceBodies>();

/**
 * Claims on ranks whose training had not converged, and next steps. None if no rank has learned anything: then the
 * verdict reports it.
 */
export const convergence: CheckClaims<ConvergenceBodies> = {
  words: convergenceWords,
  onRuns: trainingClaims,
};

function trainingClaims(decision: Decided): (SharedClaim | ConvergenceClaim)[] {
  if (isBehindPrior(decision)) return [];
  const { convergence = [] } = decision;
  const rose = ranksOf(convergence.filter((one) => one.state === "stuck" && one.rose === true));
  const stuck = ranksOf(convergence.filter((one) => one.state === "stuck" && one.rose !== true));
  const falling = convergence.filter((one) => one.state === "falling");
  const overfit = (aboveClassPrior(decision)?.ranks ?? []).map(({ rank }) => rank);
  const idle = ranksBehindPrior(decision).filter((rank) => ![...rose, ...stuck, ...overfit].includes(rank));
  const epochs = longer(convergence[0]?.epochs ?? 0);
  const isShort = stuck.length + falling.length > 0;
  return [
    ...(rose.length > 0 ? [claim.caution("stuck", { ranks: rose, rose: true })] : []),
    ...(stuck.length > 0 ? [claim.caution("stuck", { ranks: stuck, rose: false })] : []),
    ...(falling.length > 0 ? [claim.caution("still-falling", { ranks: ranksOf(falling) })] : []),
    ...(idle.length > 0 ? [claim.caution("behind-prior", { ranks: idle })] : []),
    ...(rose.length > 0 ? [claim.next("search-rate", { holdUpdate: false })] : []),
    ...(isShort ? [claim.next("train-longer", { epochs, maySpeedDiffer: true })] : []),
  ];
}

function ranksOf(found: readonly RankConvergence[]): number[] {
  return found.map(({ rank }) => rank);
}
