import { type ClaimIn, claimsWith } from "../../claims/claim.ts";
import type { CheckClaims } from "../check-claims.ts";
import { type GroupsBodies, groupsWords } from "./words.ts";

export type GroupsClaim = ClaimIn<GroupsBodies>;

const claim = claimsWith<GroupsBodies>();

/** Claims on examples that are not independent of each other. */
export const groups: CheckClaims<GroupsBodies> = {
  words: groupsWords,
  onRuns({ examples, groups: found }) {
    return found === undefined ? [] : [claim.evidence("groups", { examples, ...found })];
  },
};
