import type { OutcomeTable } from "../decide/outcomes.ts";
import type { SweepSummary, TrialSpec, Truncation } from "../schema/types.ts";

/** A sweep before it is run: its settings, and the spec of every rank under every seed. */
export interface PlannedSweep {
  readonly summary: Pick<SweepSummary, "method" | "ranks" | "seeds" | "metric" | "margin" | "confidence">;
  readonly specs: readonly TrialSpec[];
}

/** Results of a sweep's trials by now, as answers to what a method asks. */
export interface TrialsSoFar {
  /** Tells whether each has a result, or failed with all runs of its rank. */
  isComplete(specs: readonly TrialSpec[]): boolean;
  /** Outcomes of those that have a result. */
  outcomesOf(specs: readonly TrialSpec[]): OutcomeTable;
  /** Ids of those that completed. */
  completed(specs: readonly TrialSpec[]): string[];
  /** Undefined until all of them are there. */
  truncationsOf(required: readonly RequiredTruncation[]): Truncation[] | undefined;
}

/** A finished trial whose adapter is to be cut to `ranks`. */
export interface RequiredTruncation {
  readonly trialId: string;
  readonly ranks: readonly number[];
}

/** State after the last look of a method that looks at its outcomes as it goes. Before the first look nothing can be decided. */
interface LookedState {
  readonly looks: readonly object[];
}

/** The trials that a method must have by now, in the order of execution. */
export interface MethodTrials {
  readonly trials: readonly TrialSpec[];
  readonly truncations: readonly RequiredTruncation[];
  /**
   * The first of `trials`, on which a decision may rest before the method has all of them. `state` is the same object until
   * there are more. Absent where claims hold at the end alone.
   */
  readonly looked?: { readonly state: LookedState; readonly trials: readonly TrialSpec[] };
}

/**
 * Chooses the trials of a method. It has no state but what is known of them, and is called again whenever all that it required is
 * there. It requires no more in the end, so a sweep that is killed and resumed comes to the same trials.
 *
 * @param earlier what it chose when less was known; its looks are not made again
 */
export type ChooseTrials = (sweep: PlannedSweep, soFar: TrialsSoFar, earlier?: MethodTrials) => MethodTrials;
