import { isBehindPrior, ranksBehindPrior } from "../behind-prior.ts";
import type { RankConvergence } from "../convergence-types.ts";
import type { Claim } from "./claim.ts";
import { claim } from "./make-claim.ts";
import type { Decided } from "./pairs.ts";

/**
 * Ranks that were not done learning when their budget ended, and what to do about it. Nothing where no rank has learned
 * anything: the verdict says so.
 */
export function trainingClaims(decision: Decided): Claim[] {
  if (isBehindPrior(decision)) return [];
  const { convergence = [] } = decision;
  const rose = ranksOf(convergence.filter((one) => one.state === "stuck" && one.rose === true));
  const stuck = ranksOf(convergence.filter((one) => one.state === "stuck" && one.rose !== true));
  const falling = convergence.filter((one) => one.state === "falling");
  const idle = ranksBehindPrior(decision).filter((rank) => ![...rose, ...stuck].includes(rank));
  const epochs = 2 * (convergence[0]?.epochs ?? 0);
  const isShort = stuck.length + falling.length > 0;
  return [
    ...(rose.length > 0 ? [claim("stuck", { ranks: rose, rose: true })] : []),
    ...(stuck.length > 0 ? [claim("stuck", { ranks: stuck, rose: false })] : []),
    ...(falling.length > 0 ? [claim("still-falling", { ranks: ranksOf(falling) })] : []),
    ...(idle.length > 0 ? [claim("behind-prior", { ranks: idle })] : []),
    ...(rose.length > 0 ? [claim("search-rate", { holdUpdate: false })] : []),
    ...(isShort ? [claim("train-longer", { epochs, maySpeedDiffer: true })] : []),
  ];
}

function ranksOf(found: readonly RankConvergence[]): number[] {
  return found.map(({ rank }) => rank);
}
