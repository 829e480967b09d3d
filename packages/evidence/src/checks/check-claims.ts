import type { Claim } from "../claims/claim.ts";
import type { CheckMembers } from "../schema/check-types.ts";
import type { Decided } from "../schema/decision-types.ts";
import type { Results } from "../schema/types.ts";

/** Members of a sweep's results that checks read, in addition to its decision. */
export type CheckedData = Pick<Results, "decision"> & {
  readonly data: Pick<Results["data"], "overlap" | "sharedSources">;
};

/** Members of a decision that decide a reservation. */
export type Reserved = CheckMembers & Pick<Decided, "metric">;

/** Effect of a check on the claims of a decision. The members that it adds are a row of `decide/checks/checks.ts`. */
export interface CheckRow {
  /** All claims, in place of any other. Undefined if the check found nothing that forbids these. */
  readonly alone?: (decision: Decided) => Claim[] | undefined;
  /**
   * Claims before the verdict, which then holds at the sweep's own rate alone. Empty if the verdict holds without
   * reservation.
   */
  readonly reservation?: (decision: Reserved) => Claim[];
  /** The answer in place of the comparison's; undefined if the comparison stands. */
  readonly answer?: (decision: Decided, atOwnRate: boolean) => Claim[] | undefined;
  /** Claims on other settings. They come before those on ranks that are not compared. */
  readonly onSettings?: (decision: Decided) => Claim[];
  /** Claims on the runs. */
  readonly onRuns?: (decision: Decided) => Claim[];
  /** Claims on the examples. */
  readonly onData?: (results: CheckedData) => Claim[];
}
