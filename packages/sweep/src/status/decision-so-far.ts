import type { Decision } from "@lorank/core/results";
import { methodOf } from "../methods/methods.ts";
import { planAgain } from "../plan/plan.ts";
import { decideWanted } from "../results/collect.ts";
import type { SweepStore } from "../store/store.ts";
import { readSweepFile } from "../store/sweep-file.ts";

/** Decisions by where a method stands: until it has more there is no other. */
const decisions = new WeakMap<object, Decision>();

/**
 * Decides as a method that looks at its outcomes as it goes does at its last look. Undefined before the first look, and of
 * methods whose claims hold only where all that they want is there.
 *
 * @throws InputError as `SweepStore.readResult`.
 */
export function decisionSoFar(store: SweepStore): Decision | undefined {
  const plan = planAgain(readSweepFile(store.out));
  const found = methodOf(plan).soFar?.(store);
  if (found === undefined) return undefined;
  const { state, wanted } = found;
  const decision = decisions.get(state) ?? decideWanted(store, plan, wanted).decision;
  decisions.set(state, decision);
  return decision;
}
