import type { Evaluation } from "../evaluation-types.ts";
import type { Count, Interval, NonNegative, Share } from "../scalar-types.ts";
import type { VerdictWithout } from "../verdict-types.ts";

/** Setting of a trial, of any trainer, that is evaluated on the way. */
export interface PointSettings {
  /** Steps between evaluations on the way, or if below 1 their share of all steps; absent without any. */
  readonly evaluateEvery?: NonNegative;
}

/** Rule by which a training ends before its last step. */
export interface EarlyStopping {
  /** Evaluations on the way in a row, none better than the best before on the choosing half, that end the training. */
  readonly patience: Count;
  /** SHA-256 over the canonical JSON of the validation examples' group numbers; absent if each example is its own. */
  readonly groupsSha256?: string;
}

/** Settings of a trial of this engine, which may also end early. */
export interface EnginePointSettings extends PointSettings {
  /** Early stopping by the evaluations on the way. Absent if all steps are trained, as in every sweep. */
  readonly earlyStopping?: EarlyStopping;
}

/** Evaluation on the way: of the adapter after `step` optimiser steps, on the examples of the trial's evaluation. */
export interface TrialPoint {
  readonly step: Count;
  readonly evaluation: Evaluation;
}

/** Result of a trial that was evaluated on the way. */
export interface PointsOfTrial {
  /** Evaluations on the way, ascending by step, all before the last; absent without any. */
  readonly points?: readonly TrialPoint[];
}

/** Score of a rank at a step: the mean over its seeds, in the metric's unit. */
export interface PointScore {
  readonly step: Count;
  readonly score: number;
}

/** Scores of a rank along its training. */
export interface RankPoints {
  readonly rank: Count;
  /** Scores on all examples at each point that all compared runs share, ascending; the last is the training's end. */
  readonly curve: readonly PointScore[];
  /** Scores at the chosen and at the last step, on what did not choose. */
  readonly chosen: number;
  readonly last: number;
  /**
   * Gain of the chosen step over the last, positive if better, with its interval for this rank alone. No interval with a
   * single seed, and if the last step is chosen.
   */
  readonly gain: number;
  readonly gainInterval?: Interval;
}

/** Comparison of the best point on the way, one step for all ranks and seeds, with the training's end. */
export interface PointsFinding {
  /** Chosen step; the last one if no other did better. */
  readonly step: Count;
  readonly lastStep: Count;
  /**
   * Choice of the step: on half of the examples, on the other seeds' runs, or on the same runs. The last makes scores
   * optimistic.
   */
  readonly chosenBy: "examples" | "other-seeds" | "same-runs";
  /** Counts of the examples that chose the step, and that scored it; absent unless examples chose. */
  readonly choosingExamples?: Count;
  readonly scoredExamples?: Count;
  readonly confidence: Share;
  /**
   * Gain of the chosen step over the last, the mean over the ranks. If examples chose, its interval holds for these runs
   * and for other seeds.
   */
  readonly gain: number;
  readonly gainInterval?: Interval;
  /** Ranks, ascending. */
  readonly ranks: readonly RankPoints[];
  /**
   * Answer at the chosen step, by the sweep's own rule, on what did not choose. Absent if the step is the last, and for
   * races and probes, whose runs were chosen by scores at the end.
   */
  readonly answer?: VerdictWithout;
}

/** Scores of a run on the way. */
export interface OnTheWay {
  /** Scores before the last, ascending by step; absent if only the best is known. */
  readonly points?: readonly PointScore[];
  /** Step of the last score; present if `points` are. */
  readonly lastStep?: Count;
  /** Best score, the last included. */
  readonly best: number;
}

/** Run of which scores on the way may be known. */
export interface RunOnTheWay {
  /** Scores on the way; absent if unknown. */
  readonly onTheWay?: OnTheWay;
}

/** Rank of which runs ended far below their best on the way. */
export interface RankFall {
  readonly rank: Count;
  /** Learning rate of the runs; absent if unknown. */
  readonly rate?: NonNegative;
  /** Counts of the runs that fell, and of all the rank's runs. */
  readonly runs: Count;
  readonly of: Count;
  /** Scores of the runs that fell, the means over them: each at its best, and at the end. */
  readonly best: number;
  readonly last: number;
}

/** Runs that fell on the way. */
export interface Falls {
  /** Ranks of which runs fell, ascending. */
  readonly ranks: readonly RankFall[];
  /**
   * Present if the ends compare no ranks. Most runs of a rank fell, but not of a larger one, which would then seem
   * better. Or most runs of every rank fell.
   */
  readonly hidesRanks?: true;
}

/** Scores of a rank's runs where only the best on the way and the last are known: means over runs. */
export interface BestAndLast {
  readonly rank: Count;
  /** Each run's own best, which makes it optimistic. */
  readonly best: number;
  readonly last: number;
}

export interface PointsMembers {
  /** Best point beside the last; absent without evaluations on the way. */
  readonly points?: PointsFinding;
  /** Runs that ended far below their best on the way; absent without any. */
  readonly fell?: Falls;
  /** Best scores on the way, of tables that have them beside the last; absent if they are the last. */
  readonly bestOnTheWay?: readonly BestAndLast[];
}
