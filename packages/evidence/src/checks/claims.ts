import type { Claim } from "../claims/claim.ts";
import type { CheckName } from "../schema/check-types.ts";
import type { Decided } from "../schema/decision-types.ts";
import type { CheckedData, CheckRow, Reserved } from "./check-claims.ts";
import { classPrior, classPriorWords } from "./class-prior/claims.ts";
import { collapsed, collapsedWords, otherMetric, otherMetricWords } from "./collapsed/claims.ts";
import { convergence, convergenceWords } from "./convergence/claims.ts";
import {
  copies,
  copyReasons,
  copyWords,
  groups,
  groupWords,
  overlap,
  overlapWords,
} from "./copies/claims.ts";
import {
  independentRuns,
  independentRunsWords,
  separateExamples,
  separateExamplesWords,
} from "./independent-runs/claims.ts";
import { robustness, robustnessWords } from "./robustness/claims.ts";

const checks: Readonly<Record<CheckName, CheckRow>> = {
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
};

const rows = Object.values(checks);

export const checkWords = {
  ...copyWords,
  ...collapsedWords,
  ...independentRunsWords,
  ...classPriorWords,
  ...convergenceWords,
  ...robustnessWords,
  ...groupWords,
  ...separateExamplesWords,
  ...overlapWords,
  ...otherMetricWords,
};

export const checkReasons = copyReasons;

/** The only claims if a check forbids to compare the runs; else undefined. */
export function loneClaims(decision: Decided): Claim[] | undefined {
  return first(({ alone }) => alone?.(decision));
}

/** Claims before the verdict, which then holds at the sweep's own rate alone. Empty if it holds without reservation. */
export function reservations(decision: Reserved): Claim[] {
  return rows.flatMap(({ reservation }) => reservation?.(decision) ?? []);
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
  return rows.flatMap(({ [looksAt]: claims }) => claims?.(decision) ?? []);
}

/** Claims of checks on a sweep's examples. */
export function dataClaims(results: CheckedData): Claim[] {
  return rows.flatMap(({ onData }) => onData?.(results) ?? []);
}

function first<Found>(pick: (check: CheckRow) => Found | undefined): Found | undefined {
  for (const row of rows) {
    const found = pick(row);
    if (found !== undefined) return found;
  }
  return undefined;
}
