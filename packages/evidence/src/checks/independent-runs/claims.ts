import { type ClaimIn, claimsWith } from "../../claims/claim.ts";
import type { CheckClaims } from "../check-claims.ts";
import { type IndependentRunsBodies, independentRunsWords } from "./words.ts";

export type IndependentRunsClaim = ClaimIn<IndependentRunsBodies>;

const claim = claimsWith<IndependentRunsBodies>();

/** Claims on runs that depend on each other, which no interval counts. */
export const independentRuns: CheckClaims<IndependentRunsBodies> = {
  words: independentRunsWords,
  limitSigns: ["dependent-runs", "warm-starts"],
  onRuns({ dependentRuns, warmStarts, ranksInTurn = false, pairs = [] }) {
    const areTold = pairs.some(({ interval: [low, high] }) => low > 0 || high < 0);
    return [
      ...(dependentRuns === undefined ? [] : [claim.caution("dependent-runs", dependentRuns)]),
      ...(warmStarts === undefined ? [] : [claim.caution("warm-starts", warmStarts)]),
      ...(ranksInTurn && areTold ? [claim.evidence("ranks-in-turn", {})] : []),
    ];
  },
};
