import type { Bodies, ClaimIn, SharedClaim, Words } from "../claims/claim.ts";
import type { CheckMembers } from "../schema/check-types.ts";
import type { Decided } from "../schema/decision-types.ts";
import type { Results } from "../schema/types.ts";

export type CheckedData = Pick<Results, "decision"> & {
  readonly data: Pick<Results["data"], "overlap" | "sharedSources">;
};

export type Reserved = CheckMembers & Pick<Decided, "metric">;

/** Claims of a check about a decision. `Own`: bodies that only this check has. */
export interface CheckClaims<Own extends Bodies> {
  readonly words: Words<ClaimIn<Own>>;
  readonly limitSigns?: readonly ClaimIn<Own>["kind"][];
  /** Claims that stand in place of all others, if the check forbids a comparison. */
  readonly alone?: (decision: Decided) => Claim<Own>[] | undefined;
  /** Claims before the verdict, which then holds at the sweep's own learning rate alone. */
  readonly reservation?: (decision: Reserved) => Claim<Own>[];
  /** Answer in place of the comparison's verdict; undefined if the check has none. */
  readonly answer?: (decision: Decided, atOwnRate: boolean) => Claim<Own>[] | undefined;
  /** Claims on other learning rates and scalings; they stand before those on ranks not compared. */
  readonly onSettings?: (decision: Decided) => Claim<Own>[];
  readonly onRuns?: (decision: Decided) => Claim<Own>[];
  readonly onData?: (results: CheckedData) => Claim<Own>[];
}

type Claim<Own extends Bodies> = SharedClaim | ClaimIn<Own>;
