import type { Claim } from "../claim.ts";
import type { CheckMembers, Decided } from "../decision-types.ts";
import type { Results } from "../types.ts";

/** The part of a sweep's results that checks look at besides its decision. */
export type CheckedData = Pick<Results, "decision"> & { readonly data: Pick<Results["data"], "overlap"> };

/** What a reservation is read from. */
export type Reserved = CheckMembers & Pick<Decided, "metric">;

/** What a check does to the claims of a decision. What it adds to the decision is a row of `decide/checks/checks.ts`. */
export interface CheckRow {
  /** The whole of what can be said, in the place of all other claims. Undefined where the check found nothing that forbids them. */
  readonly alone?: (decision: Decided) => Claim[] | undefined;
  /**
   * Claims before the verdict, which then holds at the sweep's own rate alone. Empty where the verdict holds without
   * reservation.
   */
  readonly reservation?: (decision: Reserved) => Claim[];
  /** The answer in the place of the comparison's; undefined where the comparison stands. */
  readonly answer?: (decision: Decided, atOwnRate: boolean) => Claim[] | undefined;
  /** What it says besides the answer of other settings, which comes before what is not compared. */
  readonly onSettings?: (decision: Decided) => Claim[];
  /** What it says besides the answer of the runs. */
  readonly onRuns?: (decision: Decided) => Claim[];
  /** What it says of the examples. */
  readonly onData?: (results: CheckedData) => Claim[];
}
