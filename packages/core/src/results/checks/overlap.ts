import { counted } from "../amounts.ts";
import { claim, type Words } from "../claim.ts";
import type { CheckRow } from "./check.ts";

/** Validation examples that are also in training. */
export const overlap: CheckRow = {
  onData({ data: { overlap }, decision: { examples } }) {
    if (overlap === undefined) return [];
    const { validation, kept: isKept = false } = overlap;
    return [claim.caution("overlap", { validation, examples, isKept })];
  },
};

export const overlapWords: Words<"overlap"> = {
  overlap({ validation, examples, isKept }) {
    const are = validation === 1 ? "is" : "are";
    if (!isKept)
      return `${counted(validation, "validation example")} that ${are} also in training ${validation === 1 ? "was" : "were"} left out: all figures are of the others.`;
    return (
      `${validation} of ${counted(examples, "validation example")} ${are} also in training. What was learned by heart counts ` +
      "as right there: scores are too good for new data, and a rank that remembers more looks better than it is."
    );
  },
};
