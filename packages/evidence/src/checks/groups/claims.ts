import { counted, wholeNumber } from "@lorank/core";
import { type ClaimIn, claimsWith } from "../../claims/claim.ts";
import type { GroupedExamples } from "../../schema/check-types.ts";
import type { CheckClaims } from "../check-claims.ts";

export interface GroupsBodies {
  evidence: {
    groups: GroupedExamples & { examples: number };
  };
}

export type GroupsClaim = ClaimIn<GroupsBodies>;

const claim = claimsWith<GroupsBodies>();

export const groups: CheckClaims<GroupsBodies> = {
  onRuns({ examples, groups: found }) {
    return found === undefined ? [] : [claim.evidence("groups", { examples, ...found })];
  },
  words: {
    groups({ examples, count, largest, widening }) {
      if (largest === 1)
        return `Each of the ${wholeNumber(examples)} examples is a group of its own, so groups change nothing.`;
      const basis = `The ${wholeNumber(examples)} examples are in ${counted(count, "group")}, the largest of ${wholeNumber(largest)}: intervals and plan count groups.`;
      if (widening === undefined) return basis;
      const times = widening.toFixed(2);
      return times === "1.00"
        ? `${basis} Intervals of differences are no wider than for independent examples.`
        : `${basis} Intervals of differences are ${times} times as wide as for independent examples.`;
    },
  },
};
