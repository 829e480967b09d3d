import type { Count, Seed } from "../scalar-types.ts";

/**
 * Runs that repeat another run's outcomes: a setting did not reach the trainer, or the same model was evaluated each
 * time.
 */
export interface Copies {
  /** Setting that differs between equal runs. */
  readonly setting: "rank" | "seed" | "rank-and-seed";
  /**
   * Evidence: equal or nearly equal log losses, or training losses with nearly all answers, or answers alone, on more
   * examples than chance explains. For runs with a single score each, scores.
   */
  readonly shownBy: "log-loss" | "training-loss" | "outcomes" | "score";
  /** Groups of equal runs, two or more each, by rank and seed. A seed is absent if unknown. */
  readonly groups: readonly (readonly { readonly rank: Count; readonly seed?: Seed }[])[];
}

/**
 * Runs that differ less than separate trainings, and may or may not be copies: no training noise is visible. Wrong
 * labels or an easy task make runs alike, too.
 */
export type AgreeingRuns = Omit<Copies, "shownBy">;

export interface CopiesMembers {
  /** Runs that are copies of others: no rank is recommended, and each counts once in all numbers. */
  readonly copies?: Copies;
  /**
   * Count of seeds that count as a single seed, since runs differ less than separate trainings. Absent if losses show
   * separate trainings.
   */
  readonly agreeingSeeds?: Count;
  /** Runs too alike to be surely separate trainings. Files by earlier versions have only `agreeingSeeds`. */
  readonly agreeingRuns?: AgreeingRuns;
}
