import { type ClaimIn, claimsWith } from "../../claims/claim.ts";
import type { CheckClaims } from "../check-claims.ts";
import { type OverlapBodies, overlapWords } from "./words.ts";

export type OverlapClaim = ClaimIn<OverlapBodies>;

const claim = claimsWith<OverlapBodies>();

/** Validation examples that are also in training, and those whose group is. */
export const overlap: CheckClaims<OverlapBodies> = {
  words: overlapWords,
  onData({ data: { overlap }, decision: { examples } }) {
    if (overlap === undefined) return [];
    const { validation, ofTrainedGroups = 0, kept: isKept = false } = overlap;
    return [
      ...(validation > 0 ? [claim.caution("overlap", { validation, examples, isKept })] : []),
      ...(ofTrainedGroups > 0
        ? [claim.caution("group-overlap", { validation: ofTrainedGroups, examples, isKept })]
        : []),
    ];
  },
};
