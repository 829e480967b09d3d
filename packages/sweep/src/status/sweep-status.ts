import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@lorank/core";
import { type ArmAxis, armNumber, type MetricName, metricOf, type TrialSpec } from "@lorank/evidence/schema";
import { trialId } from "@lorank/train/spec";
import { fileName } from "../arms/arms.ts";
import { isComplete, methodOf, missingRanks, type RequiredTrials } from "../methods/methods.ts";
import { extraTrials, inOrder } from "../plan/checks.ts";
import type { Plan } from "../plan/plan.ts";
import { TimeLeft } from "../progress/time-left.ts";
import { type LeaseHolder, leaseHolder } from "../store/lease.ts";
import { assertOwnNames, searchFolder } from "../store/own-names.ts";
import { SweepStore } from "../store/store.ts";
import { readPlan } from "../store/sweep-file.ts";
import { type KnownDone, type TrialState, type TrialStatus, trialStates } from "./trial-states.ts";

/** Sweep status, from the results folder alone. */
export interface SweepStatus extends Pick<Estimated, "secondsLeft"> {
  /** True during a search, before there are trials. */
  readonly isSearching: boolean;
  readonly ranks: readonly number[];
  /** Arms that are compared in place of ranks. */
  readonly axis?: ArmAxis;
  readonly seeds: readonly number[];
  readonly metric: MetricName;
  /** Planned trials, one for each rank and seed, seed by seed, then those for checks. */
  readonly trials: readonly TrialStatus[];
  /** Count of trials with a result so far, out of `total`. */
  readonly done: number;
  /** Trial count in the end; for a method that may end early, the most. */
  readonly total: number;
  /** True when all results and the verdict are there, and no process works on them. */
  readonly isComplete: boolean;
  /** Driver: the process that now runs the sweep's missing trials, if any. */
  readonly driver?: Pick<LeaseHolder, "host" | "pid" | "since">;
}

/**
 * Reads a sweep's status, on any machine that sees the folder.
 *
 * @param now in milliseconds since 1970.
 * @param known trials done at an earlier call; pass the same map again to read new results only.
 * @param store pass the same again to read each result once.
 * @throws InputError `E_NO_SWEEP` where the folder holds none.
 */
export function sweepStatus(
  out: string,
  now: number = Date.now(),
  known: KnownDone = new Map(),
  store: SweepStore = new SweepStore(out, { readOnly: true }),
): SweepStatus {
  assertOwnNames(out);
  const holder = leaseHolder(out);
  const driver = holder && { driver: { host: holder.host, pid: holder.pid, since: holder.since } };
  if (!existsSync(join(out, "sweep.json"))) {
    assertSearch(out);
    const nothing = { ranks: [], seeds: [], trials: [], metric: metricOf().name, done: 0, total: 0 } as const;
    return { ...nothing, isSearching: true, isComplete: false, ...driver };
  }
  const plan = readPlan(out);
  const { ranks, axis, seeds, metric } = plan.summary;
  const method = methodOf(plan);
  const required = method.required(store);
  const requiredIds = [...required.trials, ...inOrder(required)].map(trialId);
  const { trials, ...estimated } = estimateTime(
    statesOf(plan, required, new Set(requiredIds), trialStates(store, now, known, metric)),
  );
  return {
    isSearching: false,
    ranks,
    ...(axis === undefined ? {} : { axis }),
    seeds,
    metric,
    trials,
    done: trials.filter(({ state }) => state === "done").length,
    total: isEnd(store, required) ? requiredIds.length : Math.max(method.expectedTrials, requiredIds.length),
    isComplete: holder === undefined && isEnd(store, required) && existsSync(store.path("results.json")),
    ...estimated,
    ...driver,
  };
}

function statesOf(
  plan: Plan,
  required: RequiredTrials,
  requiredIds: ReadonlySet<string>,
  stateOf: (id: string) => TrialState,
): TrialStatus[] {
  // A grid's checks are known beforehand; another method's are not.
  const isGrid = plan.config.method === undefined;
  const requested = inOrder(required);
  const checks = isGrid && requested.length === 0 ? extraTrials(plan) : requested;
  const statusOf = (spec: TrialSpec, variant?: string): TrialStatus => {
    const id = trialId(spec);
    const state = stateOf(id);
    const isLeft = !isGrid && state.state === "waiting" && !requiredIds.has(id);
    return {
      ...(isLeft ? { state: "not-asked" } : state),
      trialId: id,
      name: trialName(spec, variant),
      rank: armNumber(spec, plan.summary.axis),
      ...(spec.arm === undefined ? {} : { arm: spec.arm }),
      seed: spec.seed,
      ...(variant === undefined ? {} : { variant }),
    };
  };
  return [
    ...plan.specs.map((spec) => statusOf(spec)),
    ...checks.map((spec) => statusOf(spec, variantOf(spec, plan.specs[0]!))),
  ];
}

/** True if the method has no more work: it adds trials only when all required trials and cuts have results. */
function isEnd(store: SweepStore, required: RequiredTrials): boolean {
  const trials = [...required.trials, ...inOrder(required)];
  return (
    isComplete(store, trials) && required.truncations.every((one) => missingRanks(store, one).length === 0)
  );
}

function assertSearch(out: string): void {
  if (existsSync(searchFolder(out)) || existsSync(join(out, "settings.json"))) return;
  throw new InputError(
    "E_NO_SWEEP",
    `out must be the folder of a sweep, got ${out}, which has no sweep.json`,
  );
}

interface Estimated {
  readonly trials: TrialStatus[];
  /** Estimated seconds left, with as many concurrent trials as now; absent where none runs or nothing is known yet. */
  readonly secondsLeft?: number;
}

export function estimateTime(trials: readonly TrialStatus[]): Estimated {
  const running = trials.filter(({ state }) => state === "running");
  const timeLeft = new TimeLeft(running.length, () => 0);
  for (const trial of trials) {
    const { trialId, rank } = trial;
    if (trial.state === "done") timeLeft.finished(trialId, rank, trial.seconds);
    if (trial.state === "running") {
      const { step, steps, loss, resumedFrom = 0 } = trial;
      timeLeft.started(trialId, rank, -trial.seconds, steps === undefined ? 0 : resumedFrom / steps);
      if (step !== undefined && steps !== undefined)
        timeLeft.progressed(trialId, { kind: "step", step, steps, loss: loss! });
    }
  }
  const toRun = trials.filter(({ state }) => state === "waiting" || state === "failed" || state === "lost");
  const secondsLeft = running.length === 0 ? undefined : timeLeft.estimate(toRun.map(({ rank }) => rank));
  return {
    trials: trials.map((trial) => {
      const left = trial.state === "running" ? timeLeft.leftOf(trial.trialId) : undefined;
      return left === undefined ? trial : { ...trial, secondsLeft: left };
    }),
    ...(secondsLeft === undefined ? {} : { secondsLeft }),
  };
}

/** Trial name such as `r16-s3` (rank, seed), `mlp-s3` of an arm, or `r16-s3-lr0.001` for a check. */
export function trialName({ arm, lora, seed }: TrialSpec, variant?: string): string {
  return `${arm === undefined ? `r${lora.rank}` : fileName(arm)}-s${seed}${variant === undefined ? "" : `-${variant}`}`;
}

export function variantOf({ lora, optimizer }: TrialSpec, ofSweep: TrialSpec): string {
  if (lora.scalingRule !== ofSweep.lora.scalingRule) return String(lora.scalingRule);
  return `lr${Number((optimizer.learningRate ?? Number.NaN).toPrecision(3))}`;
}
