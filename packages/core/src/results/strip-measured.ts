import type { TrialResult } from "./types.ts";

/** A trial's result without what depends on the machine and the moment: equal for two equal trials. */
export function stripMeasured(result: TrialResult): Omit<TrialResult, "measured"> {
  const { measured: _, ...rest } = result;
  return rest;
}
