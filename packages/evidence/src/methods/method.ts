import type { Bodies, ClaimIn, Words } from "../claims/claim.ts";
import type { DecisionFacts } from "../schema/decision-facts.ts";
import type { Decided } from "../schema/decision-types.ts";
import type { MethodMembers, MethodName } from "../schema/method-types.ts";

/** A method that ran a part of the grid, and how much of it. */
export interface PartOfGrid {
  readonly method: MethodName;
  readonly runs: number;
  readonly gridRuns: number;
}

/** A sweep before it is run. */
export interface PlannedRuns {
  readonly ranks: readonly number[];
  readonly seeds: readonly number[];
  /** Trials that its method will run in total, as far as that is known beforehand. */
  readonly expected: number;
}

/** Ranks and seeds of a sweep as a method has run them. Ranks are ascending. */
export interface Course {
  /** Absent if the method runs the whole grid. */
  readonly part?: PartOfGrid;
  /** Seeds, of a sweep's `seeds` and in their order, under which the method runs a rank. */
  readonly seedsOf: (rank: number, seeds: readonly number[]) => readonly number[];
  /** Ranks that are no longer run, because of their results or failures. */
  readonly dropped: readonly number[];
  /** Ranks that the method left behind because of its evidence, not of failures. */
  readonly leftBehind: readonly number[];
  /** Ranks with a few runs, which claim nothing. */
  readonly pilots: readonly number[];
  /** Ranks with nothing but a prediction. */
  readonly predictedOnly: readonly number[];
  /** All ranks of the sweep were compared to the end, unless their runs failed. */
  readonly comparesAll: boolean;
  /** Sentence on other claims that share the error, for use after one on that error; empty if none do. */
  readonly sharing: string;
}

/** The course of a grid. */
export const wholeGrid: Course = {
  seedsOf: (_, seeds) => seeds,
  dropped: [],
  leftBehind: [],
  pilots: [],
  predictedOnly: [],
  comparesAll: true,
  sharing: "",
};

/** A method in words: its course, its claims on that, and sentences. `Own`: contents of the claims that it alone makes. */
export interface MethodClaims<Own extends Bodies = Record<never, never>> {
  /** Words on the trials that it will run. */
  readonly planned: (runs: PlannedRuns) => string;
  /** It may run fewer trials than it plans. */
  readonly mayEndEarly?: true;
  /** Undefined if another method ran the sweep. Absent for a grid, which leaves no trace. */
  readonly course?: (decision: MethodMembers) => Course | undefined;
  /** Claims on its course: runs, and the fate of each rank. */
  readonly claims?: (decision: Decided) => ClaimIn<Own>[];
  readonly words?: Words<ClaimIn<Own>>;
  /** Adds reasons in words to its members of a decision. */
  readonly withReasons?: (facts: DecisionFacts) => MethodMembers;
}
