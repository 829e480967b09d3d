import type { Learner } from "./learner.ts";

/** State as a checkpoint keeps it: members as JSON, and arrays by name. */
export interface SavedState {
  readonly members: Readonly<Record<string, unknown>>;
  readonly arrays: ReadonlyMap<string, Float32Array | Uint8Array>;
}

/** Owner of state that a training keeps beside its learner, in the same checkpoints. */
export interface SavedBeside {
  /** Count of changes so far. */
  readonly changes: number;
  /** State to write; its arrays are not copied. */
  saved(): SavedState;
  /**
   * Takes the state in a checkpoint of `step` steps.
   * @returns the reason to refuse the checkpoint, with nothing taken; undefined if the state is taken.
   */
  take(saved: SavedState, step: number, learner: Learner): string | undefined;
}
