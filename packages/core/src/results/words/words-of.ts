import type { Claim, ClaimOf, Topic } from "../claims/claim.ts";
import type { Robustness } from "../robustness-types.ts";
import { range } from "./amounts.ts";

/** The words of every claim on some topics. */
export type WordsOf<T extends Topic> = {
  readonly [Kind in Extract<Claim, { readonly topic: T }>["kind"]]: (claim: ClaimOf<Kind>) => string;
};

/** The better of the two ranks and the other one. */
export function sides(
  { smallestRank, largestRank }: Robustness,
  better: "smallest" | "largest",
): [winner: number, loser: number] {
  return better === "largest" ? [largestRank, smallestRank] : [smallestRank, largestRank];
}

/** "the sweep's rate and three times the rate". */
export function rateNames(factors: readonly number[]): string {
  return range(factors.map(rateName));
}

/** Rates come from divisions, so a third is only near 1 / 3. */
export function rateName(factor: number): string {
  if (factor === 1) return "the sweep's rate";
  if (Math.abs(3 * factor - 1) < 1e-4) return "a third of the rate";
  if (Math.abs(factor - 3) < 1e-4) return "three times the rate";
  return `${Number(factor.toPrecision(3))} times the rate`;
}
