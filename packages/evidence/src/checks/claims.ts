import type { SaidBy, SharedClaim, Words } from "../claims/claim.ts";
import type { Decided } from "../schema/decision-types.ts";
import type { CheckedData, Reserved } from "./check-claims.ts";
import { classPrior } from "./class-prior/claims.ts";
import { collapsed } from "./collapsed/claims.ts";
import { convergence } from "./convergence/claims.ts";
import { copies } from "./copies/claims.ts";
import { groups } from "./groups/claims.ts";
import { independentRuns } from "./independent-runs/claims.ts";
import { otherMetric } from "./other-metric/claims.ts";
import { overlap } from "./overlap/claims.ts";
import { robustness } from "./robustness/claims.ts";
import { separateExamples } from "./separate-examples/claims.ts";

/** Checks that make claims, in the order of these. */
const checks = [
  copies,
  collapsed,
  independentRuns,
  convergence,
  classPrior,
  robustness,
  groups,
  separateExamples,
  overlap,
  otherMetric,
] as const;

type Check = (typeof checks)[number];

/** A claim that some check has words for. */
export type CheckClaim = SaidBy<Check["words"]>;

type Claim = SharedClaim | CheckClaim;

export const checkWords: Words<CheckClaim> = Object.assign({}, ...checks.map(({ words }) => words));

/** The only claims if a check forbids to compare the runs; else undefined. */
export function loneClaims(decision: Decided): Claim[] | undefined {
  return first(({ alone }) => alone?.(decision));
}

/** Claims before the verdict, which then holds at the sweep's own rate alone. Empty if it holds without reservation. */
export function reservations(decision: Reserved): Claim[] {
  return checks.flatMap<Claim>(({ reservation }) => reservation?.(decision) ?? []);
}

/** Tells whether the verdict holds at the sweep's own rate alone. */
export function isAtOwnRate(decision: Reserved): boolean {
  return reservations(decision).length > 0;
}

/** The answer in place of the comparison's; undefined if that stands. */
export function answerOfChecks(decision: Decided): Claim[] | undefined {
  const atOwnRate = isAtOwnRate(decision);
  return first(({ answer }) => answer?.(decision, atOwnRate));
}

/** Claims of checks beside the answer. */
export function checkClaims(decision: Decided, looksAt: "onSettings" | "onRuns"): Claim[] {
  return checks.flatMap<Claim>(({ [looksAt]: claims }) => claims?.(decision) ?? []);
}

/** Claims of checks on a sweep's examples. */
export function dataClaims(results: CheckedData): Claim[] {
  return checks.flatMap<Claim>(({ onData }) => onData?.(results) ?? []);
}

function first<Found>(pick: (check: Check) => Found | undefined): Found | undefined {
  for (const check of checks) {
    const found = pick(check);
    if (found !== undefined) return found;
  }
  return undefined;
}
