import type { TrialSpec } from "@lorank/core/results";
import type { CheckSpecs } from "../checks/check.ts";
import type { SweepStore } from "../store/store.ts";
import type { WantedTruncation } from "../store/truncations.ts";

/** What a sweep must have by now. Trials are in the order of execution. */
export interface Wanted extends CheckSpecs {
  readonly trials: readonly TrialSpec[];
  readonly truncations: readonly WantedTruncation[];
}

/**
 * Which trials of a plan are run. A method keeps nothing that the results folder does not say: it is asked again whenever all
 * that it wanted is there, and wants more, until it wants no more than there is. So a sweep that is killed and resumed
 * comes to the same trials.
 */
export interface Method {
  wanted(store: SweepStore): Wanted;
  /** Trials that will have been run in the end, as far as that can be said beforehand. */
  readonly expectedTrials: number;
  /**
   * Trials that a decision may rest on before the method has all of them; undefined before there are any. `state` is the same
   * object until there are more. Absent where claims hold at the end alone.
   */
  readonly soFar?: (store: SweepStore) => { readonly state: object; readonly wanted: Wanted } | undefined;
}
