import { counted } from "@lorank/core";
import { type ClaimIn, claimsWith } from "../../claims/claim.ts";
import type { CheckClaims } from "../check-claims.ts";

export interface OverlapBodies {
  caution: {
    /** Validation examples also in training: left out, or (`isKept`) counted among all `examples`. */
    overlap: { validation: number; examples: number; isKept: boolean };
    /** Validation examples whose group is also in training. */
    "group-overlap": OverlapBodies["caution"]["overlap"];
  };
}

export type OverlapClaim = ClaimIn<OverlapBodies>;

const claim = claimsWith<OverlapBodies>();

export const overlap: CheckClaims<OverlapBodies> = {
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
  words: {
    overlap({ validation, examples, isKept }, { oneOf }) {
      const are = validation === 1 ? "is" : "are";
      if (!isKept)
        return `${counted(validation, "validation example")} that ${are} also in training ${validation === 1 ? "was" : "were"} left out: all figures are of the others.`;
      return (
        `${validation} of ${counted(examples, "validation example")} ${are} also in training. What was learned by heart counts ` +
        `as right there: scores are too good for new data, and ${oneOf} that remembers more looks better than it is.`
      );
    },
    "group-overlap"({ validation, examples, isKept }, { oneOf }) {
      if (!isKept)
        return `${counted(validation, "validation example")} whose group is also in training ${validation === 1 ? "was" : "were"} left out: all figures are of the others.`;
      return (
        `The group of ${validation} of ${counted(examples, "validation example")} is also in training. What was learned of that group ` +
        `helps there: scores are too good for new groups, and ${oneOf} that remembers more looks better than it is.`
      );
    },
  },
};
