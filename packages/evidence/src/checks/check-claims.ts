import type { Bodies, ClaimIn, SharedClaim, Words } from "../claims/claim.ts";
import type { CheckMembers } from "../schema/check-types.ts";
import type { Decided } from "../schema/decision-types.ts";
import type { Results } from "../schema/types.ts";

/** Members of a sweep's results that checks read, in addition to its decision. */
export type CheckedData = Pick<Results, "decision"> & {
  readonly data: Pick<Results["data"], "overlap" | "sharedSources">;
};

/** Members of a decision that decide a reservation. */
export type Reserved = CheckMembers & Pick<Decided, "metric">;

/** Effect of a check on the claims of a decision. `Own`: contents of the claims that it alone makes, for which it has words. */
export interface CheckClaims<Own extends Bodies> {
  readonly words: Words<ClaimIn<Own>>;
  /** Claims that are signs of something that the intervals leave out. (default: none) */
  readonly limitSigns?: readonly ClaimIn<Own>["kind"][];
  /** All claims, in place of any other. Undefined if the check found nothing that forbids these. */
  readonly alone?: (decision: Decided) => Claim<Own>[] | undefined;
  /**
   * Claims before the verdict, which then holds at the sweep's own rate alone. Empty if the verdict holds without
   * reservation.
   */
  readonly reservation?: (decision: Reserved) => Claim<Own>[];
  /** The answer in place of the comparison's; undefined if the comparison stands. */
  readonly answer?: (decision: Decided, atOwnRate: boolean) => Claim<Own>[] | undefined;
  /** Claims on other settings. They come before those on ranks that are not compared. */
  readonly onSettings?: (decision: Decided) => Claim<Own>[];
  /** Claims on the runs. */
  readonly onRuns?: (decision: Decided) => Claim<Own>[];
  /** Claims on the examples. */
  readonly onData?: (results: CheckedData) => Claim<Own>[];
}

type Claim<Own extends Bodies> = SharedClaim | ClaimIn<Own>;
