import type { Count } from "../scalar-types.ts";

/** Validation examples that a model may remember instead of generalising. */
export interface Overlap {
  /** Validation examples that are training examples, too. */
  readonly validation: Count;
  /** Further examples whose group (a document, a person) is also in training. Absent for none. */
  readonly ofTrainedGroups?: Count;
  /** Present if overlapping examples stay in validation, by a sweep setting or in an old sweep. */
  readonly kept?: true;
}
