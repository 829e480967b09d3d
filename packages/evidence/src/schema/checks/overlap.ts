import type { Count } from "../scalar-types.ts";

/** Validation examples that a model may remember instead of generalising. */
export interface Overlap {
  /** Those that are also in training. */
  readonly validation: Count;
  /** Further ones whose group (a document, a person) is also in training. Absent for none. */
  readonly ofTrainedGroups?: Count;
  /** They are among the validation examples, by the sweep's setting, or because it began before they were left out. */
  readonly kept?: true;
}
