import { counted } from "@lorank/core";
import { comparedWords } from "../../claims/compared.ts";
import type { MethodClaims, PlannedRuns } from "../method.ts";

export const grid: MethodClaims = { planned: gridWords };

/** Grid in words: "12: 4 ranks × 3 seeds". */
export function gridWords({ ranks, axis, seeds }: PlannedRuns): string {
  return `${ranks.length * seeds.length}: ${counted(ranks.length, comparedWords(axis).one)} × ${counted(seeds.length, "seed")}`;
}
