import type { Decision } from "./decision-types.ts";

/** Whether the classes are known, and no rank is shown to be better than their shares alone: then none is recommended. */
export function isBehindPrior({ classPrior }: Pick<Decision, "classPrior">): boolean {
  return classPrior !== undefined && classPrior.state !== "better";
}

/** Compared ranks that are not shown to be better than the class prior; none where the classes are unknown. */
export function ranksBehindPrior({ classPrior }: Pick<Decision, "classPrior">): number[] {
  return (classPrior?.ranks ?? []).filter(({ isBetter }) => !isBetter).map(({ rank }) => rank);
}
