import type { SaidBy, Words } from "../claims/claim.ts";
import type { DecisionFacts } from "../schema/decision-facts.ts";
import type { Decided } from "../schema/decision-types.ts";
import type { MethodMembers, MethodName } from "../schema/method-types.ts";
import { grid } from "./grid/claims.ts";
import { type Course, wholeGrid } from "./method.ts";
import { type ProbeClaim, probe } from "./probe/claims.ts";
import { type RaceClaim, race } from "./race/claims.ts";

/** Methods by name; the whole grid comes first. */
export const methods = { grid, probe, race } satisfies Readonly<Record<MethodName, unknown>>;

const rows: readonly (typeof methods)[MethodName][] = Object.values(methods);

export type MethodClaim = RaceClaim | ProbeClaim;

export const methodWords: Words<SaidBy<NonNullable<(typeof rows)[number]["words"]>>> = Object.assign(
  {},
  ...rows.map(({ words }) => words),
);

export function courseOf(decision: MethodMembers): Course {
  for (const { course } of rows) {
    const found = course?.(decision);
    if (found !== undefined) return found;
  }
  return wholeGrid;
}

export function methodClaims(decision: Decided): MethodClaim[] {
  return rows.flatMap<MethodClaim>(({ claims }) => claims?.(decision) ?? []);
}

export function withMethodReasons(
  facts: DecisionFacts,
): Omit<DecisionFacts, keyof MethodMembers> & MethodMembers {
  return Object.assign({}, facts, ...rows.map(({ withReasons }) => withReasons?.(facts)));
}
