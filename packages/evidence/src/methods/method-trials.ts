import type { OutcomeTable } from "../decide/outcomes.ts";
import type { SweepSummary, TrialSpec, Truncation } from "../schema/types.ts";

export interface PlannedSweep {
  readonly summary: Pick<
    SweepSummary,
    "method" | "ranks" | "axis" | "seeds" | "metric" | "margin" | "confidence"
  >;
  readonly specs: readonly TrialSpec[];
}

/** Trials run so far, as a method sees them. */
export interface TrialsSoFar {
  /** Completeness of trials: each has a result, or all runs at that rank have failed. */
  isComplete(specs: readonly TrialSpec[]): boolean;
  outcomesOf(specs: readonly TrialSpec[]): OutcomeTable;
  completed(specs: readonly TrialSpec[]): string[];
  truncationsOf(required: readonly RequiredTruncation[]): Truncation[] | undefined;
}

/** Finished trial whose adapter is cut to `ranks`. */
export interface RequiredTruncation {
  readonly trialId: string;
  readonly ranks: readonly number[];
}

/** Looks that a method has taken at results; nothing can be decided before the first. */
interface LookedState {
  readonly looks: readonly object[];
}

/** Trials that a method must have by now, in execution order. */
export interface MethodTrials {
  readonly trials: readonly TrialSpec[];
  readonly truncations: readonly RequiredTruncation[];
  /** Trials on which a decision may rest already. `state` is the same object until another look. */
  readonly looked?: { readonly state: LookedState; readonly trials: readonly TrialSpec[] };
}

/**
 * Chooses a method's trials once all required trials are present. Stateless: an interrupted sweep resumes with equal
 * trials.
 *
 * @param earlier the previous choice, whose looks are not repeated
 */
export type ChooseTrials = (sweep: PlannedSweep, soFar: TrialsSoFar, earlier?: MethodTrials) => MethodTrials;
