import { outcomesFromTrials, raceSoFar } from "@lorank/core/decide";
import type { Decision } from "@lorank/core/results";
import { resultsOf } from "../methods/done.ts";
import { methodOf } from "../methods/methods.ts";
import { planAgain } from "../plan/plan.ts";
import { decideWanted } from "../results/collect.ts";
import type { SweepStore } from "../store/store.ts";
import { readSweepFile } from "../store/sweep-file.ts";

/**
 * What a race decides at its last look: its claims share the error of all looks, so they hold however often they are read.
 * Undefined before the first look, and of the other methods, whose claims hold only where all that they want is there.
 *
 * @throws InputError as `SweepStore.readResult`.
 */
export function decisionSoFar(store: SweepStore): Decision | undefined {
  const plan = planAgain(readSweepFile(store.out));
  if (plan.config.method !== "race") return undefined;
  const { trials, truncations } = methodOf(plan).wanted(store);
  const { looks } = raceSoFar(outcomesFromTrials(resultsOf(store, trials)), plan.summary);
  return looks.length === 0 ? undefined : decideWanted(store, plan, { trials, truncations }).decision;
}
