import type { SaidBy, SharedClaim, Words } from "../claims/claim.ts";
import type { Decided } from "../schema/decision-types.ts";
import type { CheckedData, Reserved } from "./check-claims.ts";
import { type ClassPriorClaim, classPrior } from "./class-prior/claims.ts";
import { type ClassesClaim, classes } from "./classes/claims.ts";
import { type CollapsedClaim, collapsed } from "./collapsed/claims.ts";
import { type ConvergenceClaim, convergence } from "./convergence/claims.ts";
import { type CopiesClaim, copies } from "./copies/claims.ts";
import { type GroupsClaim, groups } from "./groups/claims.ts";
import { type IndependentRunsClaim, independentRuns } from "./independent-runs/claims.ts";
import { type OtherMetricClaim, otherMetric } from "./other-metric/claims.ts";
import { type OverlapClaim, overlap } from "./overlap/claims.ts";
import { type PointsClaim, points } from "./points/claims.ts";
import { type RobustnessClaim, robustness } from "./robustness/claims.ts";
import { type SeparateExamplesClaim, separateExamples } from "./separate-examples/claims.ts";

/** Checks' claims and words, in the order in which claims are made. */
const checks = [
  copies,
  collapsed,
  independentRuns,
  convergence,
  classPrior,
  robustness,
  classes,
  groups,
  separateExamples,
  points,
  overlap,
  otherMetric,
] as const;

export type CheckClaim =
  | ClassPriorClaim
  | ClassesClaim
  | CollapsedClaim
  | ConvergenceClaim
  | CopiesClaim
  | GroupsClaim
  | IndependentRunsClaim
  | OtherMetricClaim
  | OverlapClaim
  | PointsClaim
  | RobustnessClaim
  | SeparateExamplesClaim;

type Check = (typeof checks)[number];

type Claim = SharedClaim | CheckClaim;

export const checkWords: Words<SaidBy<Check["words"]>> = Object.assign(
  {},
  ...checks.map(({ words }) => words),
);

/** Page about what no verdict can know. */
export const limitsPage = "https://lorank.github.io/lorank/concepts/limits.html";

/** Tells whether a claim hints that the intervals miss something. */
export function isLimitSign({ kind }: { readonly kind: string }): boolean {
  return checks.some(({ limitSigns = [] }) => (limitSigns as readonly string[]).includes(kind));
}

export function loneClaims(decision: Decided): Claim[] | undefined {
  return first(({ alone }) => alone?.(decision));
}

export function reservations(decision: Reserved): Claim[] {
  return checks.flatMap<Claim>(({ reservation }) => reservation?.(decision) ?? []);
}

/** Tells whether the verdict holds at the sweep's own learning rate alone. */
export function isAtOwnRate(decision: Reserved): boolean {
  return reservations(decision).length > 0;
}

export function answerOfChecks(decision: Decided): Claim[] | undefined {
  const atOwnRate = isAtOwnRate(decision);
  return first(({ answer }) => answer?.(decision, atOwnRate));
}

export function checkClaims(decision: Decided, looksAt: "onSettings" | "onRuns"): Claim[] {
  return checks.flatMap<Claim>(({ [looksAt]: claims }) => claims?.(decision) ?? []);
}

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
