import type { Claim, ClaimOf } from "../../../src/results/claim.ts";
import { claimsOf } from "../../../src/results/claims/claims-of.ts";
import type { Decided } from "../../../src/results/decision-types.ts";

/** The first claim of a kind; undefined where there is none. */
export function find<Kind extends Claim["kind"]>(decision: Decided, kind: Kind): ClaimOf<Kind> | undefined {
  return claimsOf(decision).find((claim): claim is ClaimOf<Kind> => claim.kind === kind);
}
