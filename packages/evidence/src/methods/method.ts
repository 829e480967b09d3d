import type { Bodies, ClaimIn, Words } from "../claims/claim.ts";
import type { ArmAxis } from "../schema/arm-types.ts";
import type { DecisionFacts } from "../schema/decision-facts.ts";
import type { Decided } from "../schema/decision-types.ts";
import type { MethodMembers, MethodName } from "../schema/method-types.ts";

export interface PartOfGrid {
  readonly method: MethodName;
  readonly runs: number;
  readonly gridRuns: number;
}

export interface PlannedRuns {
  readonly ranks: readonly number[];
  /** Arms that are compared in place of ranks. */
  readonly axis?: ArmAxis | undefined;
  readonly seeds: readonly number[];
  readonly expected: number;
}

/** Course of a sweep: ranks and seeds that its method ran. Ranks are ascending. */
export interface Course {
  readonly part?: PartOfGrid;
  /** Seeds, among the sweep's and in their order, under which the method runs a rank. */
  readonly seedsOf: (rank: number, seeds: readonly number[]) => readonly number[];
  /** Ranks no longer run, because of their results or failures. */
  readonly dropped: readonly number[];
  /** Ranks no longer run because of evidence, not failures. */
  readonly leftBehind: readonly number[];
  /** Ranks with a few runs, which claim nothing. */
  readonly pilots: readonly number[];
  readonly predictedOnly: readonly number[];
  /** True if all ranks were compared to the end, failures aside. */
  readonly comparesAll: boolean;
  /** Sentence on further claims that share the allowed error, such as a race's looks; may be empty. */
  readonly sharing: string;
}

export const wholeGrid: Course = {
  seedsOf: (_, seeds) => seeds,
  dropped: [],
  leftBehind: [],
  pilots: [],
  predictedOnly: [],
  comparesAll: true,
  sharing: "",
};

/** Words and claims on a method. `Own`: claim bodies that only this method has. */
export interface MethodClaims<Own extends Bodies = Record<never, never>> {
  readonly planned: (runs: PlannedRuns) => string;
  readonly mayEndEarly?: true;
  /** Course of the method; undefined if another method ran the sweep, absent for a grid. */
  readonly course?: (decision: MethodMembers) => Course | undefined;
  readonly claims?: (decision: Decided) => ClaimIn<Own>[];
  readonly words?: Words<ClaimIn<Own>>;
  readonly withReasons?: (facts: DecisionFacts) => MethodMembers;
}
