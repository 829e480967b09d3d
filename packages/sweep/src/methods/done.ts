import type { TrialResult, TrialSpec } from "@lorank/core/results";
import { trialId } from "@lorank/train/spec";
import type { SweepStore } from "../store/store.ts";

/** Whether every trial has a result. */
export function isComplete(store: SweepStore, specs: readonly TrialSpec[]): boolean {
  return specs.every((spec) => store.isDone(trialId(spec)));
}

/** Results of the trials that have one, in the order of `specs`. */
export function resultsOf(store: SweepStore, specs: readonly TrialSpec[]): TrialResult[] {
  return specs
    .map(trialId)
    .filter((id) => store.isDone(id))
    .map((id) => store.readResult(id));
}
