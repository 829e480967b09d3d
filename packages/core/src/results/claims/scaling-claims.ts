import type { RobustnessScaling } from "../robustness-types.ts";
import type { Claim } from "./claim.ts";
import { claim } from "./make-claim.ts";
import type { Decided } from "./pairs.ts";

/** What the largest rank under rsLoRA's scaling says; nothing where that was not tried. */
export function scalingClaims({ robustness, metric }: Decided): Claim[] {
  if (robustness?.scaling === undefined) return [];
  const { smallestRank, largestRank, scaling } = robustness;
  const body = { metric, ranks: [smallestRank, largestRank], scaling } as const;
  if (scaling.change === "gains")
    return [claim("scaling-changes", body), claim("compare-rslora", { alpha: scaling.alpha })];
  return [claim(isKept(scaling) ? "scaling-kept" : "scaling-unclear", body)];
}

function isKept({ change, gainInterval, rslora, largest }: RobustnessScaling): boolean {
  if (change === "loses") return true;
  return gainInterval !== undefined && rslora.status === "learned" && largest.status === "learned";
}
