import type { Count, Share } from "../scalar-types.ts";

/** Examples that favour the same ranks as their neighbours in the table, as examples from a single document do. */
export interface AlikeNeighbours {
  /** Upper bound on the probability of so clear a sign if examples are in no order. */
  readonly chance: Share;
}

/** Validation examples that seem to share a source, such as a document, with others, without known groups. */
export interface SharedSources {
  /** Validation examples much like another validation example. */
  readonly validation: Count;
  /** Validation examples much like a training example; absent for none. */
  readonly withTraining?: Count;
  /** Likeness: a mail's subject line, words but for punctuation, or long passages. */
  readonly by: "subject" | "words" | "passages";
}

export interface SeparateExamplesMembers {
  /** Present if no groups are known, and examples are alike as in groups. */
  readonly alikeNeighbours?: AlikeNeighbours;
}
