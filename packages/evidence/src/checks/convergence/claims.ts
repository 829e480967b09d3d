import { plural } from "../../claims/amounts.ts";
import { type ClaimIn, claimsWith, type SharedClaim } from "../../claims/claim.ts";
import type { RankConvergence } from "../../schema/check-types.ts";
import type { Decided } from "../../schema/decision-types.ts";
import { isBehindPrior, ranksBehindPrior } from "../../schema/rank-to-use.ts";
import type { CheckClaims } from "../check-claims.ts";
import { aboveClassPrior, longerThan } from "../class-prior/above-untrained.ts";

export interface ConvergenceBodies {
  caution: {
    /** Ranks whose runs mostly fail to beat the most frequent class. */
    stuck: { ranks: readonly number[]; rose: boolean };
    "still-falling": { ranks: readonly number[] };
    "behind-prior": { ranks: readonly number[] };
  };
}

export type ConvergenceClaim = ClaimIn<ConvergenceBodies>;

const claim = claimsWith<ConvergenceBodies>();

/** Claims on unconverged ranks; none if no rank learned, since the verdict says so. */
export const convergence: CheckClaims<ConvergenceBodies> = {
  onRuns: trainingClaims,
  words: {
    stuck({ ranks, rose }, { listAtStart }) {
      const start = `${listAtStart(ranks)} had learned next to nothing when the training ended`;
      if (!rose) return `${start}.`;
      const [their, them] = ranks.length > 1 ? ["their", "them"] : ["its", "it"];
      return `${start}: ${their} training loss rose far above where it began, so the learning rate is too high for ${them}.`;
    },
    "still-falling": ({ ranks }, { list }) =>
      `The training loss of ${list(ranks)} was still falling at the end.`,
    "behind-prior": ({ ranks }, { listAtStart }) =>
      `${listAtStart(ranks)} ${plural(ranks, "is", "are")} not shown to be better than the class prior: such runs may ` +
      "have learned nothing.",
  },
};

function trainingClaims(decision: Decided): (SharedClaim | ConvergenceClaim)[] {
  if (isBehindPrior(decision)) return [];
  const { convergence = [] } = decision;
  const rose = ranksOf(convergence.filter((one) => one.state === "stuck" && one.rose === true));
  const stuck = ranksOf(convergence.filter((one) => one.state === "stuck" && one.rose !== true));
  const falling = convergence.filter((one) => one.state === "falling");
  const overfit = (aboveClassPrior(decision)?.ranks ?? []).map(({ rank }) => rank);
  const idle = ranksBehindPrior(decision).filter((rank) => ![...rose, ...stuck, ...overfit].includes(rank));
  const advised = longerThan(convergence.map(({ epochs }) => epochs));
  const isShort = stuck.length + falling.length > 0;
  return [
    ...(rose.length > 0 ? [claim.caution("stuck", { ranks: rose, rose: true })] : []),
    ...(stuck.length > 0 ? [claim.caution("stuck", { ranks: stuck, rose: false })] : []),
    ...(falling.length > 0 ? [claim.caution("still-falling", { ranks: ranksOf(falling) })] : []),
    ...(idle.length > 0 ? [claim.caution("behind-prior", { ranks: idle })] : []),
    ...(rose.length > 0 ? [claim.next("search-rate", { holdUpdate: false })] : []),
    ...(isShort ? [claim.next("train-longer", { ...advised, maySpeedDiffer: true })] : []),
  ];
}

function ranksOf(found: readonly RankConvergence[]): number[] {
  return found.map(({ rank }) => rank);
}
