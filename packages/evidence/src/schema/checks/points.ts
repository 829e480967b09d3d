import type { Count, Interval, Share } from "../scalar-types.ts";
import type { VerdictWithout } from "../verdict-types.ts";

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
  /** Gain of the chosen step over the last, positive if better, with its interval for this rank alone. */
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
  /** Ranks, ascending. */
  readonly ranks: readonly RankPoints[];
  /** Answer at the chosen step, by the sweep's own rule, on what did not choose. Absent if the step is the last. */
  readonly answer?: VerdictWithout;
}

export interface PointsMembers {
  /** Best point beside the last; absent without evaluations on the way. */
  readonly points?: PointsFinding;
}
