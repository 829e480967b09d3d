import type { Count, Interval, Seed } from "../scalar-types.ts";

/** Run far worse than the rank's other seeds, and near or below every other run. Scores are in the metric's unit. */
export interface CollapsedRun {
  readonly rank: Count;
  /** Run seed, absent if unknown. */
  readonly seed?: Seed;
  readonly score: number;
  /** Score range over the rank's runs that did not collapse. */
  readonly others: Interval;
}

export interface CollapsedMembers {
  /** Runs far below their rank's other seeds, by rank, then seed. They count in all numbers but `withoutCollapsed`. */
  readonly collapsed?: readonly CollapsedRun[];
}
