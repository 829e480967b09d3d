import { canonicalJson, type Decision, type TrialResult } from "@lorank/evidence/schema";
import { methodOf, resultsOf } from "../methods/methods.ts";
import type { PlanSummary } from "../plan/plan.ts";
import { decideRequired } from "../results/collect.ts";
import { byRankThenSeed } from "../results/results-document.ts";
import type { SweepStore } from "../store/store.ts";
import { readPlan } from "../store/sweep-file.ts";
import { type Subject, subjectOf } from "../trainers/subject.ts";

export interface ResultsSoFar extends Subject {
  readonly sweep: PlanSummary;
  /** Trials with a result, except the checks', by rank and then seed. */
  readonly trials: readonly TrialResult[];
  /** Decision at the last interim look. Absent before the first, and for methods whose claims hold only at the end. */
  readonly decision?: Decision;
}

const known = new WeakMap<
  SweepStore,
  { readonly basis: string; readonly state: unknown; readonly results: ResultsSoFar }
>();

/**
 * Results so far in a results folder: the same object until further trials finish.
 *
 * @throws InputError as `SweepStore.readResult`.
 */
export function resultsSoFar(store: SweepStore): ResultsSoFar {
  const plan = readPlan(store.out);
  const trials = resultsOf(store, plan.specs).sort(byRankThenSeed(plan.summary.axis));
  const looked = methodOf(plan).soFar(store);
  const last = known.get(store);
  const basis = canonicalJson([plan.summary, trials.map(({ trialId }) => trialId)]);
  if (last?.basis === basis && last.state === looked?.state) return last.results;
  const decision =
    looked &&
    (last?.state === looked.state
      ? last.results.decision
      : decideRequired(store, plan, looked.required).decision);
  const results = {
    sweep: plan.summary,
    ...subjectOf(plan, store),
    trials,
    ...(decision === undefined ? {} : { decision }),
  };
  known.set(store, { basis, state: looked?.state, results });
  return results;
}
