import { counted } from "../../claims/amounts.ts";
import type { ClaimIn, Words } from "../../claims/claim.ts";

/** Contents of the claims on validation examples that are in training too. */
export interface OverlapBodies {
  caution: {
    /** Validation examples that are also in training: left out, or (`isKept`) part of all `examples`. */
    overlap: { validation: number; examples: number; isKept: boolean };
    /** The same of those whose group is also in training. */
    "group-overlap": OverlapBodies["caution"]["overlap"];
  };
}

export const overlapWords: Words<ClaimIn<OverlapBodies>> = {
  overlap({ validation, examples, isKept }) {
    const are = validation === 1 ? "is" : "are";
    if (!isKept)
      return `${counted(validation, "validation example")} that ${are} also in training ${validation === 1 ? "was" : "were"} left out: all figures are of the others.`;
    return (
      `${validation} of ${counted(examples, "validation example")} ${are} also in training. What was learned by heart counts ` +
      "as right there: scores are too good for new data, and a rank that remembers more looks better than it is."
    );
  },
  "group-overlap"({ validation, examples, isKept }) {
    if (!isKept)
      return `${counted(validation, "validation example")} whose group is also in training ${validation === 1 ? "was" : "were"} left out: all figures are of the others.`;
    return (
      `The group of ${validation} of ${counted(examples, "validation example")} is also in training. What was learned of that group ` +
      "helps there: scores are too good for new groups, and a rank that remembers more looks better than it is."
    );
  },
};
