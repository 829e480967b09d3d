import type { CheckClaim } from "../checks/claims.ts";
import type { SharedClaim } from "../claims/claim.ts";
import type { MethodClaim } from "../methods/methods.ts";

export type Claim = SharedClaim | CheckClaim | MethodClaim;
