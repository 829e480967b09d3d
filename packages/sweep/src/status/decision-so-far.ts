import type { RaceState } from "@lorank/core/decide";
import type { Decision } from "@lorank/core/results";
import { replayRace } from "../methods/race.ts";
import { planAgain } from "../plan/plan.ts";
import { decideWanted } from "../results/collect.ts";
import type { SweepStore } from "../store/store.ts";
import { readSweepFile } from "../store/sweep-file.ts";

/** By where a race stands: until its next look there is no other. */
const decisions = new WeakMap<RaceState, Decision>();

/**
 * What a race decides at its last look: its claims share the error of all looks, so they hold however often they are read.
 * Undefined before the first look, and of the other methods, whose claims hold only where all that they want is there.
 *
 * @throws InputError as `SweepStore.readResult`.
 */
export function decisionSoFar(store: SweepStore): Decision | undefined {
  const plan = planAgain(readSweepFile(store.out));
  if (plan.config.method !== "race") return undefined;
  const { trials, state } = replayRace(store, plan);
  if (state.looks.length === 0) return undefined;
  const decision = decisions.get(state) ?? decideWanted(store, plan, { trials, truncations: [] }).decision;
  decisions.set(state, decision);
  return decision;
}
