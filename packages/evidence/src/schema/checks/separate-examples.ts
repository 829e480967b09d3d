import type { Count, Share } from "../scalar-types.ts";

/** Examples that favour the same ranks as those near them in the table, as those of one document do. */
export interface AlikeNeighbours {
  /** Upper bound on the probability of so clear a sign if examples are in no order. */
  readonly chance: Share;
}

/** Validation examples that seem to come from a source, such as a document, with others. Nobody named their groups. */
export interface SharedSources {
  /** Those that are so like another validation example. */
  readonly validation: Count;
  /** Those that are so like a training example; absent for none. */
  readonly withTraining?: Count;
  /** Likeness: the subject line of a mail, words but for punctuation, or long passages. */
  readonly by: "subject" | "words" | "passages";
}

/** Members that the check adds to a decision. */
export interface SeparateExamplesMembers {
  /** Present if no groups are known, and examples are alike as in groups. */
  readonly alikeNeighbours?: AlikeNeighbours;
}
