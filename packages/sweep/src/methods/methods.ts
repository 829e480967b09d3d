import type { OutcomeTable } from "@lorank/evidence";
import {
  expectedTrials,
  type MethodTrials,
  methodTrials,
  outcomesFromTrials,
  type RequiredTruncation,
  type TrialsSoFar,
} from "@lorank/evidence/methods";
import {
  type ArmAxis,
  armNumber,
  type CheckTrials,
  canonicalJson,
  type FailedTrial,
  type SpecMembers,
  type TrialResult,
  type TrialSpec,
} from "@lorank/evidence/schema";
import { trialId } from "@lorank/train/spec";
import { checkTrials, extraTrials } from "../plan/checks.ts";
import type { Plan } from "../plan/plan.ts";
import { type FailedTrials, readFailedTrials } from "../store/failed-trials.ts";
import type { SweepStore } from "../store/store.ts";
import { subjectOf } from "../trainers/subject.ts";

/** Trials required by method and checks, by the results so far, in the order of execution. */
export interface RequiredTrials extends Omit<MethodTrials, "looked">, CheckTrials {}

/** Method such as `grid` or `race`, which chooses trials by the results so far. It has no other state. */
export interface Method {
  required(store: SweepStore): RequiredTrials;
  readonly expectedTrials: number;
  /**
   * Trials behind the last interim look. Undefined before the first, and for methods whose claims hold only at the end.
   * `state` is the same object until the next look.
   */
  readonly soFar: (
    store: SweepStore,
  ) =>
    | { readonly state: NonNullable<MethodTrials["looked"]>["state"]; readonly required: RequiredTrials }
    | undefined;
}

export function methodOf(plan: Plan): Method {
  return {
    expectedTrials: expectedTrials(plan) + extraTrials(plan).length,
    required: (store) => withChecks(trialsOf(store, plan), store, plan),
    soFar(store) {
      const { looked } = trialsOf(store, plan);
      if (looked === undefined || looked.state.looks.length === 0) return undefined;
      return { state: looked.state, required: { trials: looked.trials, truncations: [] } };
    },
  };
}

/** Trials last chosen for each store. `basis`: config and failed trials then. */
const chosen = new WeakMap<SweepStore, { readonly trials: MethodTrials; readonly basis: string }>();

function trialsOf(store: SweepStore, plan: Plan): MethodTrials {
  const basisNow = (): string =>
    canonicalJson({ config: plan.config, failed: [...readFailedTrials(store.out).keys()] });
  const last = chosen.get(store);
  const basis = last && basisNow();
  const known: TrialsSoFar = {
    isComplete: (specs) => isComplete(store, specs),
    outcomesOf: (specs) => outcomesOf(store, plan, specs),
    completed: (specs) =>
      resultsOf(store, specs).flatMap(({ trialId, status }) => (status === "completed" ? [trialId] : [])),
    truncationsOf: (required) =>
      required.some((one) => missingRanks(store, one).length > 0)
        ? undefined
        : required.flatMap((one) => one.ranks.map((rank) => store.readTruncation(one.trialId, rank))),
  };
  const trials = methodTrials(plan, known, last?.basis === basis ? last?.trials : undefined);
  // Without interim looks, choosing again is quick, so nothing is cached.
  if (trials.looked !== undefined) chosen.set(store, { trials, basis: basis ?? basisNow() });
  return trials;
}

/** Largest number of trials the plan may need, and the checks' trials among them. */
export function plannedTrials(plan: Plan): { expected: number; ofChecks: readonly TrialSpec[] } {
  return { expected: methodOf(plan).expectedTrials, ofChecks: extraTrials(plan) };
}

/**
 * Trial under which the base without an adapter is evaluated: one already used, else the first. Undefined for
 * classification and another trainer.
 */
export function untouchedBase(store: SweepStore, { specs }: Plan): string | undefined {
  const { task }: SpecMembers = specs[0]!;
  if (task?.kind !== "causal-lm") return undefined;
  const ids = specs.map(trialId);
  return ids.find((id) => store.hasBase(id)) ?? ids[0]!;
}

function withChecks(
  { looked: _, ...required }: MethodTrials,
  store: SweepStore,
  { config, summary: { axis } }: Plan,
): RequiredTrials {
  if (!isComplete(store, required.trials)) return required;
  const hasSpec = (spec: TrialSpec): boolean => store.hasSpec(trialId(spec));
  const failed = failuresOf(store, required.trials, axis).map(({ rank }) => rank);
  const trained = required.trials.filter((spec) => !failed.includes(armNumber(spec, axis)));
  return { ...required, ...checkTrials(config, compared(trained), hasSpec) };
}

/** Trials at the ranks with the most seeds: checks skip ranks that were dropped early. */
function compared(trials: readonly TrialSpec[]): TrialSpec[] {
  const runs = new Map<number, number>();
  for (const { lora } of trials) runs.set(lora.rank, (runs.get(lora.rank) ?? 0) + 1);
  const most = Math.max(...runs.values());
  return trials.filter(({ lora }) => runs.get(lora.rank) === most);
}

/** True if every trial has a result, or all runs at its rank failed. */
export function isComplete(store: SweepStore, specs: readonly TrialSpec[]): boolean {
  return missingTrials(store, specs).length === 0;
}

export function missingTrials(store: SweepStore, specs: readonly TrialSpec[]): string[] {
  const failed = readFailedTrials(store.out);
  return specs.map(trialId).filter((id) => !store.isDone(id) && !failed.has(id));
}

/** Failed trials at ranks (or arms) whose runs all failed, by rank and then seed. */
export function failuresOf(
  store: SweepStore,
  specs: readonly TrialSpec[],
  axis?: ArmAxis,
  failed: FailedTrials = readFailedTrials(store.out),
): FailedTrial[] {
  return specs
    .flatMap((spec) => {
      const why = failed.get(trialId(spec));
      const { seed } = spec;
      const rank = armNumber(spec, axis);
      return why === undefined || store.isDone(trialId(spec)) ? [] : [{ rank, seed, ...why }];
    })
    .sort((a, b) => a.rank - b.rank || a.seed - b.seed);
}

export function resultsOf(store: SweepStore, specs: readonly TrialSpec[]): TrialResult[] {
  return specs
    .map(trialId)
    .filter((id) => store.isDone(id))
    .map((id) => store.readResult(id));
}

/** Outcomes (which examples each run answered correctly) of the trials with a result. */
export function outcomesOf(store: SweepStore, plan: Plan, specs: readonly TrialSpec[]): OutcomeTable {
  const { validationGroups } = subjectOf(plan, store).data;
  const failures = failuresOf(store, specs, plan.summary.axis);
  return outcomesFromTrials(resultsOf(store, specs), validationGroups, failures, plan.summary);
}

export function missingRanks(store: SweepStore, { trialId, ranks }: RequiredTruncation): number[] {
  return ranks.filter((rank) => !store.hasTruncation(trialId, rank));
}
