import type { Claim } from "../claim.ts";
import type { DecisionFacts } from "../decision-facts.ts";
import type { Decided, MethodMembers } from "../decision-types.ts";
import type { MethodName } from "../method-types.ts";
import { type Course, type MethodRow, wholeGrid } from "./method.ts";
import { probe, probeReasons, probeWords } from "./probe.ts";
import { race, raceReasons, raceWords } from "./race.ts";

const methods: Readonly<Record<MethodName, MethodRow>> = {
  grid: { course: () => undefined, claims: () => [], mayEndEarly: false },
  probe,
  race,
};

/** All methods; that which runs the whole grid first. */
export const methodNames = Object.keys(methods) as readonly MethodName[];

const rows = Object.values(methods);

export const methodWords = { ...raceWords, ...probeWords };

export const methodReasons = { ...raceReasons, ...probeReasons };

/** The course of the method that ran a sweep. */
export function courseOf(decision: MethodMembers): Course {
  for (const { course } of rows) {
    const found = course(decision);
    if (found !== undefined) return found;
  }
  return wholeGrid;
}

/** Whether a method may run fewer trials than it plans. */
export function mayEndEarly(method: MethodName = "grid"): boolean {
  return methods[method].mayEndEarly;
}

/** How the method went. */
export function methodClaims(decision: Decided): Claim[] {
  return rows.flatMap(({ claims }) => claims(decision));
}

/** A decision in which the methods' reasons are in words. */
export function withMethodReasons(
  facts: DecisionFacts,
): Omit<DecisionFacts, keyof MethodMembers> & MethodMembers {
  return Object.assign({}, facts, ...rows.map(({ withReasons }) => withReasons?.(facts)));
}
