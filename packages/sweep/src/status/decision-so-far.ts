import type { Decision } from "@lorank/evidence/results";
import { methodOf } from "../methods/methods.ts";
import { decideRequired } from "../results/collect.ts";
import type { SweepStore } from "../store/store.ts";
import { readPlan } from "../store/sweep-file.ts";

/** Decisions by where a method stands: until it has more there is no other. */
const decisions = new WeakMap<object, Decision>();

/**
 * Decides as a method that looks at its outcomes as it goes does at its last look. Undefined before the first look, and of
 * methods whose claims hold only where all that they want is there.
 *
 * @throws InputError as `SweepStore.readResult`.
 */
export function decisionSoFar(store: SweepStore): Decision | undefined {
  const plan = readPlan(store.out);
  const found = methodOf(plan).soFar(store);
  if (found === undefined) return undefined;
  const { state, required } = found;
  const decision = decisions.get(state) ?? decideRequired(store, plan, required).decision;
  decisions.set(state, decision);
  return decision;
}
