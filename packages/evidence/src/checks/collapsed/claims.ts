import { type ClaimIn, claimsWith } from "../../claims/claim.ts";
import type { CheckClaims } from "../check-claims.ts";
import { answerNow, answerWithout } from "../named-answer.ts";
import { type CollapsedBodies, collapsedWords } from "./words.ts";

export type CollapsedClaim = ClaimIn<CollapsedBodies>;

const claim = claimsWith<CollapsedBodies>();

/** Claims on runs far below their rank's other seeds. Ranks of which most runs failed are stuck: convergence. */
export const collapsed: CheckClaims<CollapsedBodies> = {
  words: collapsedWords,
  limitSigns: ["collapsed"],
  onRuns(decision) {
    const { metric, collapsed: runs, withoutCollapsed } = decision;
    if (runs === undefined) return [];
    const now = answerNow(decision);
    const without = withoutCollapsed && answerWithout(withoutCollapsed);
    return [claim.caution("collapsed", { metric, runs, now, ...(without ? { without } : {}) })];
  },
};
