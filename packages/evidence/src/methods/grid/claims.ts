import { counted } from "@lorank/core";
import type { MethodClaims, PlannedRuns } from "../method.ts";

export const grid: MethodClaims = { planned: gridWords };

/** Grid in words: "12: 4 ranks × 3 seeds". */
export function gridWords({ ranks, seeds }: PlannedRuns): string {
  return `${ranks.length * seeds.length}: ${counted(ranks.length, "rank")} × ${counted(seeds.length, "seed")}`;
}
