import type { CheckClaim } from "../checks/claims.ts";
import type { SharedClaim } from "../claims/claim.ts";
import type { MethodClaim } from "../methods/methods.ts";

/**
 * A statement on a decision, with every number that its sentence needs. Amounts are in the metric's unit (a share for
 * accuracy, nats for log loss). Advantages and gains are positive when the rank named first is better.
 */
export type Claim = SharedClaim | CheckClaim | MethodClaim;
