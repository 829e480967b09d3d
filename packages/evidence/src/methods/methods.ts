import type { Claim } from "../claims/claim.ts";
import type { DecisionFacts } from "../schema/decision-facts.ts";
import type { Decided } from "../schema/decision-types.ts";
import type { MethodMembers, MethodName } from "../schema/method-types.ts";
import { type Course, gridWords, type MethodRow, wholeGrid } from "./method.ts";
import { probe, probeReasons, probeWords } from "./probe/claims.ts";
import { race, raceReasons, raceWords } from "./race/claims.ts";

/** All methods by name, the one that runs the whole grid first. */
export const methods: Readonly<Record<MethodName, MethodRow>> = {
  grid: { course: () => undefined, planned: gridWords, claims: () => [], mayEndEarly: false },
  probe,
  race,
};

const rows = Object.values(methods);

export const methodWords = { ...raceWords, ...probeWords };

export const methodReasons = { ...raceReasons, ...probeReasons };

/** The course of the method that ran a sweep. */
export function courseOf(decision: MethodMembers): Course {
  for (const row of rows) {
    const course = row.course(decision);
    if (course !== undefined) return course;
  }
  return wholeGrid;
}

/** Claims on the course of the method. */
export function methodClaims(decision: Decided): Claim[] {
  return rows.flatMap(({ claims }) => claims(decision));
}

/** Puts the methods' reasons in a decision into words. */
export function withMethodReasons(
  facts: DecisionFacts,
): Omit<DecisionFacts, keyof MethodMembers> & MethodMembers {
  return Object.assign({}, facts, ...rows.map(({ withReasons }) => withReasons?.(facts)));
}
