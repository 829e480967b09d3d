import type { TrialSpec } from "@lorank/core/results";
import type { Must } from "@lorank/train/spec";

/** Extra trials of checks. They are compared with the sweep and are no part of it. */
export interface CheckSpecs {
  /** The smallest and the largest rank at a third and three times their learning rate. */
  readonly otherRates?: readonly TrialSpec[];
  /** The largest rank under rsLoRA's scaling; absent where the sweep's does not fall with the rank as 1 / rank. */
  readonly otherScaling?: TrialSpec;
}

/** A check that runs trials of its own. The members that it adds to a decision are a row of `core/src/decide/checks/checks.ts`. */
export interface TrialCheck {
  /** Rules for another trainer's settings. */
  readonly rules: (config: { readonly optimizer: { readonly learningRate?: number } }, must: Must) => void;
  /** Its trials, for trials that were compared. `hasSpec` tells what the results folder has. */
  readonly specsOf: (compared: readonly TrialSpec[], hasSpec: (spec: TrialSpec) => boolean) => CheckSpecs;
}
