import type { Decision } from "./decision-types.ts";

/** Whether the classes are known, and no rank is shown to be better than their shares alone: then none is recommended. */
export function isBehindPrior({ classPrior }: Pick<Decision, "classPrior">): boolean {
  return classPrior !== undefined && classPrior.state !== "better";
}
