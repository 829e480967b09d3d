import type { Count, NonNegative } from "../scalar-types.ts";

/** Groups of examples that are not independent, such as those of one document. Intervals and plans count groups. */
export interface GroupedExamples {
  readonly count: Count;
  /** Examples of the largest group. */
  readonly largest: Count;
  /**
   * Median over the pairs of ranks: width of the interval of their difference, divided by that for independent examples.
   * Absent for one rank.
   */
  readonly widening?: NonNegative;
}

/** Members that the check adds to a decision. */
export interface GroupsMembers {
  /** Present if the examples are in groups. */
  readonly groups?: GroupedExamples;
}
