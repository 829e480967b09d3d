import type { TrialResult } from "./types.ts";

/** Removes members that depend on the machine and the moment: equal trials then have equal results. */
export function stripMeasured(result: TrialResult): Omit<TrialResult, "measured"> {
  const { measured: _, ...rest } = result;
  return rest;
}
