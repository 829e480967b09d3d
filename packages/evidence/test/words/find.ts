import type { Decided } from "../../src/schema/decision-types.ts";
import type { Claim } from "../../src/words/claim.ts";
import { claimsOf } from "../../src/words/claims-of.ts";

type ClaimOf<Kind> = Extract<Claim, { readonly kind: Kind }>;

/** The first claim of a kind; undefined where there is none. */
export function find<Kind extends Claim["kind"]>(decision: Decided, kind: Kind): ClaimOf<Kind> | undefined {
  return claimsOf(decision).find((claim): claim is ClaimOf<Kind> => claim.kind === kind);
}
