import type { Decision } from "./decision-types.ts";

/** Tells whether the classes are known and no rank is shown to be better than the class prior; then none is recommended. */
export function isBehindPrior({ classPrior }: Pick<Decision, "classPrior">): boolean {
  return classPrior !== undefined && classPrior.state !== "better";
}

/** Lists compared ranks that are not shown to be better than the class prior; none if the classes are unknown. */
export function ranksBehindPrior({ classPrior }: Pick<Decision, "classPrior">): number[] {
  return (classPrior?.ranks ?? []).filter(({ isBetter }) => !isBetter).map(({ rank }) => rank);
}
