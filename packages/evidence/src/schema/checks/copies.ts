import type { Count, Seed } from "../scalar-types.ts";

/** Runs with the outcomes of one run: a setting did not reach the trainer, or one model was evaluated each time. */
export interface Copies {
  /** Setting that differs between runs that are equal. */
  readonly setting: "rank" | "seed" | "rank-and-seed";
  /**
   * Evidence: log losses, or training losses with nearly all answers, that are equal or nearly. Or answers alone, on more
   * examples than chance explains. Of runs that are known by one score each, it is their scores.
   */
  readonly shownBy: "log-loss" | "training-loss" | "outcomes" | "score";
  /** Groups of two or more such runs. A seed is absent if it is unknown. */
  readonly groups: readonly (readonly { readonly rank: Count; readonly seed?: Seed }[])[];
}

/**
 * Runs that differ less than separate trainings do, where it is not sure that they are copies: no noise of training is visible in
 * them. Labels that are wrong, or a task that is easy, make runs alike too.
 */
export type AgreeingRuns = Omit<Copies, "shownBy">;

/** Members that the check adds to a decision. */
export interface CopiesMembers {
  /** Present if runs are copies of others: no rank is recommended then, and each of these runs counts once in all numbers. */
  readonly copies?: Copies;
  /**
   * Number of seeds that count as one. Present if runs differ less than separate trainings do: it may be the task, or one
   * seed. Never present if losses show that runs were trained apart.
   */
  readonly agreeingSeeds?: Count;
  /** The runs that do. Files of earlier versions have the number of seeds alone. */
  readonly agreeingRuns?: AgreeingRuns;
}
