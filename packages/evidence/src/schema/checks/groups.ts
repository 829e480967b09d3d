import type { Count, NonNegative } from "../scalar-types.ts";

/** Groups of dependent examples, such as questions on the same document. Intervals and plans count groups. */
export interface GroupedExamples {
  readonly count: Count;
  /** Examples in the largest group. */
  readonly largest: Count;
  /** Median ratio over rank pairs: interval width over the width for independent examples. Absent for a single rank. */
  readonly widening?: NonNegative;
}

export interface GroupsMembers {
  readonly groups?: GroupedExamples;
}
