import type { StepKind } from "../claims/claim.ts";
import type { Claim } from "./claim.ts";

/**
 * Order of next steps: a step comes before those whose results it would change. Runs that are not what their labels say are put
 * right first, then the settings of the training, which make another sweep. Runs that the sweep lacks come next, then larger ranks
 * and more seeds, at last a look at other settings.
 */
const places: Readonly<Record<StepKind, number>> = {
  resume: 0,
  "check-settings": 1,
  "check-inputs": 2,
  "check-labels": 3,
  "lower-rate": 4,
  "search-rate": 5,
  "train-longer": 6,
  "compare-rslora": 7,
  "retry-out-of-memory": 8,
  "run-missing": 9,
  "leave-out": 10,
  "complete-two-ranks": 11,
  "try-larger": 12,
  needed: 13,
  "no-design-settles": 14,
  "look-larger": 15,
  "try-rates": 16,
};

/** Sorts next steps, the first to be done first. */
export function inStepOrder(steps: readonly Claim[]): Claim[] {
  return steps.toSorted((a, b) => placeOf(a) - placeOf(b));
}

function placeOf({ kind }: Claim): number {
  return places[kind as StepKind];
}
