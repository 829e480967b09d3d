import type { Count, NonNegative } from "../scalar-types.ts";

/** Groups of dependent examples, such as those of one document. Intervals and plans count groups. */
export interface GroupedExamples {
  readonly count: Count;
  /** Examples of the largest group. */
  readonly largest: Count;
  /** Median over pairs of ranks: width of an interval over that for independent examples. Absent for one rank. */
  readonly widening?: NonNegative;
}

export interface GroupsMembers {
  /** Present if the examples are in groups. */
  readonly groups?: GroupedExamples;
}
