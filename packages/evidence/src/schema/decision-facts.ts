import type { Decided, LeftOutRun } from "./decision-types.ts";
import type { Confirmation, RaceDrop, RaceLook, RaceSummary } from "./method-types.ts";

/** Decision facts, before reasons and explanation are put into words. */
export type DecisionFacts = Omit<Decided, "excluded" | "race"> & {
  readonly excluded?: readonly Exclusion[];
  readonly race?: RaceFacts;
};

export interface Exclusion<Cause = ExclusionCause> {
  readonly rank: number;
  readonly cause: Cause;
}

export type ExclusionCause =
  | FailureCause
  /** Rank whose runs copy a smaller rank's runs. */
  | { readonly kind: "copies" }
  /** Rank dropped by a race after `seeds` seeds. */
  | { readonly kind: "dropped"; readonly seeds: number; readonly drop: DropFacts }
  /** Rank predicted from truncations of rank `fromRank`, and refuted by real runs. */
  | { readonly kind: "refuted"; readonly confirmation: Confirmation; readonly fromRank: number };

export type FailureCause =
  /**
   * Rank with fewer than half of `runs` completed; `statuses` are the other runs', each once, and `reasons` their
   * causes.
   */
  | {
      readonly kind: "failed";
      readonly runs: number;
      readonly completed: number;
      readonly statuses: readonly LeftOutRun["status"][];
      readonly reasons?: readonly string[];
    }
  /** Rank without a completed seed in common with all other ranks. */
  | { readonly kind: "no-shared-seed" }
  /** Rank with a single run, which cannot show how much runs vary. */
  | { readonly kind: "one-run" };

/** Supported difference for which a race dropped a rank. */
export type SupportedDrop = Omit<Exclude<RaceDrop, { cause: "failed" }>, "reason">;

export type DropFacts =
  | SupportedDrop
  | { readonly rank: number; readonly cause: "failed"; readonly why: FailureCause };

export interface LookFacts extends Omit<RaceLook, "dropped"> {
  readonly dropped: readonly DropFacts[];
}

export interface RaceFacts extends Omit<RaceSummary, "looks"> {
  readonly looks: readonly LookFacts[];
}
