import type { ClassPriorMembers } from "./checks/class-prior.ts";
import type { ClassesMembers } from "./checks/classes.ts";
import type { CollapsedMembers } from "./checks/collapsed.ts";
import type { ConvergenceMembers } from "./checks/convergence.ts";
import type { CopiesMembers } from "./checks/copies.ts";
import type { GroupsMembers } from "./checks/groups.ts";
import type { IndependentRunsMembers } from "./checks/independent-runs.ts";
import type {
  EnginePointSettings,
  PointSettings,
  PointsMembers,
  PointsOfTrial,
  RunOnTheWay,
} from "./checks/points.ts";
import type { RobustnessMembers } from "./checks/robustness.ts";
import type { SeparateExamplesMembers } from "./checks/separate-examples.ts";

export type * from "./checks/class-prior.ts";
export type * from "./checks/classes.ts";
export type * from "./checks/collapsed.ts";
export type * from "./checks/convergence.ts";
export type * from "./checks/copies.ts";
export type * from "./checks/groups.ts";
export type * from "./checks/independent-runs.ts";
export type * from "./checks/overlap.ts";
export type * from "./checks/points.ts";
export type * from "./checks/robustness.ts";
export type * from "./checks/separate-examples.ts";

/**
 * Observations: settings by which a training is looked at before its end, and which do not change how it trains. Any
 * trainer's spec has them as the settings of a sweep do.
 */
export interface Observations extends PointSettings {}

/** Observations as settings of callers, in which absent ones may be undefined. */
export type ObservationSettings = {
  readonly [Name in keyof Observations]?: Observations[Name] | undefined;
};

/** Observations of a spec of this engine, with what may follow from them. */
export interface EngineObservations extends Observations, EnginePointSettings {}

/** Members that checks read in a trial's result, and in the outcomes of a run. */
export interface CheckedTrialMembers extends PointsOfTrial {}

/** Members that checks read in a run with a single score. */
export interface CheckedScoreMembers extends RunOnTheWay {}

export interface CheckMembers
  extends SeparateExamplesMembers,
    GroupsMembers,
    IndependentRunsMembers,
    CollapsedMembers,
    CopiesMembers,
    ClassPriorMembers,
    ClassesMembers,
    ConvergenceMembers,
    PointsMembers,
    RobustnessMembers {}
