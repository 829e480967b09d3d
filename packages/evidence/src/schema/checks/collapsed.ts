import type { Count, Interval, Seed } from "../scalar-types.ts";

/**
 * A run whose score is far below its rank's other seeds, and near or below every run that did not collapse. In the
 * metric's own unit.
 */
export interface CollapsedRun {
  readonly rank: Count;
  /** Absent if unknown. */
  readonly seed?: Seed;
  readonly score: number;
  /** Range of the scores of the rank's runs that did not collapse. */
  readonly others: Interval;
}

/** Members that the check adds to a decision. */
export interface CollapsedMembers {
  /** Runs far below their rank's other seeds, by rank, then seed. They count in all numbers but `withoutCollapsed`. */
  readonly collapsed?: readonly CollapsedRun[];
}
