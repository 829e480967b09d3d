import { counted } from "@lorank/core";
import { comparedIn } from "../../claims/compared.ts";
import type { MethodClaims, PlannedRuns } from "../method.ts";

export const grid: MethodClaims = { planned: gridWords };

/** Grid in words: "12: 4 ranks × 3 seeds". */
export function gridWords(runs: PlannedRuns): string {
  const { ranks, seeds } = runs;
  return `${ranks.length * seeds.length}: ${counted(ranks.length, comparedIn(runs).one)} × ${counted(seeds.length, "seed")}`;
}
