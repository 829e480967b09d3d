import type { CheckClaim } from "../checks/claims.ts";
import type { SharedClaim } from "../claims/claim.ts";
import type { MethodClaim } from "../methods/methods.ts";
import type { ArmAxis } from "../schema/arm-types.ts";

/** Claim; `axis` has the names of its arms, if ranks are not compared. */
export type Claim = (SharedClaim | CheckClaim | MethodClaim) & { readonly axis?: ArmAxis };
