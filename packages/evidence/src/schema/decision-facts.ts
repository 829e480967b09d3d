import type { Decided, LeftOutRun } from "./decision-types.ts";
import type { Confirmation, RaceDrop, RaceLook, RaceSummary } from "./method-types.ts";
import type { MetricName } from "./metric.ts";

/** A decision before its reasons and its explanation get words. */
export type DecisionFacts = Omit<Decided, "excluded" | "race"> & {
  /** Ranks of the sweep that are not compared. */
  readonly excluded?: readonly Exclusion[];
  readonly race?: RaceFacts;
};

/** A rank that was tried but could not be compared, and the cause. */
export interface Exclusion<Cause = ExclusionCause> {
  readonly rank: number;
  readonly cause: Cause;
}

/** Cause for not comparing a rank. */
export type ExclusionCause =
  | FailureCause
  /** Its runs are copies of those of a smaller rank. */
  | { readonly kind: "copies" }
  /** A race dropped it after `seeds` seeds. */
  | { readonly kind: "dropped"; readonly seeds: number; readonly drop: DropFacts }
  /** Real runs refuted the prediction from truncations of rank `fromRank`. */
  | { readonly kind: "refuted"; readonly confirmation: Confirmation; readonly fromRank: number };

export type FailureCause =
  /** Fewer than half of its `runs` completed; `statuses` lists those of the others, each once, and `reasons` why they failed. */
  | {
      readonly kind: "failed";
      readonly runs: number;
      readonly completed: number;
      readonly statuses: readonly LeftOutRun["status"][];
      readonly reasons?: readonly string[];
    }
  /** It completed no seed that all other ranks did. */
  | { readonly kind: "no-shared-seed" }
  /** It has one run, which cannot show how much its runs vary. */
  | { readonly kind: "one-run" };

/** Words for causes by kind. */
export type Reasons<Kinds extends ExclusionCause["kind"]> = {
  readonly [Kind in Kinds]: (
    cause: Extract<ExclusionCause, { readonly kind: Kind }>,
    metric: MetricName,
  ) => string;
};

/** A supported difference for which a race dropped a rank. */
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
