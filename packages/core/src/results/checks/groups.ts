import { counted, grouped } from "../amounts.ts";
import { claim, type Words } from "../claim.ts";
import type { CheckRow } from "./check.ts";

/** Claims on examples that are not independent of each other. */
export const groups: CheckRow = {
  onRuns({ examples, groups: found }) {
    return found === undefined ? [] : [claim.evidence("groups", { examples, ...found })];
  },
};

export const groupWords: Words<"groups"> = {
  groups({ examples, count, largest, widening }) {
    if (largest === 1)
      return `Each of the ${grouped(examples)} examples is a group of its own, so groups change nothing.`;
    const basis = `The ${grouped(examples)} examples are in ${counted(count, "group")}, the largest of ${grouped(largest)}: intervals and plan count groups.`;
    if (widening === undefined) return basis;
    const times = widening.toFixed(2);
    return times === "1.00"
      ? `${basis} Intervals of differences are no wider than for independent examples.`
      : `${basis} Intervals of differences are ${times} times as wide as for independent examples.`;
  },
};
