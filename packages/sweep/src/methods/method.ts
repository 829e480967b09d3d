import type { TrialSpec } from "@lorank/core/results";
import type { SweepStore } from "../store/store.ts";
import type { WantedTruncation } from "../store/truncations.ts";

/** The extra trials of a robustness check. They are compared with the sweep and are no part of it. */
export interface RobustnessSpecs {
  /** The smallest and the largest rank at a third and three times their learning rate. */
  readonly otherRates: readonly TrialSpec[];
  /** The largest rank under rsLoRA's scaling; absent where the sweep's does not fall with the rank as 1 / rank. */
  readonly otherScaling?: TrialSpec;
}

/** What a sweep must have by now. Trials are in the order of execution. */
export interface Wanted extends Partial<RobustnessSpecs> {
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
}
