import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@lorank/core";
import { type Decision, defaultMetric, type MetricName, type TrialSpec } from "@lorank/core/results";
import { trialId } from "@lorank/train/spec";
import { isComplete, methodOf, missingRanks, type Wanted } from "../methods/methods.ts";
import { extraTrials, inOrder } from "../plan/checks.ts";
import { type Plan, planAgain } from "../plan/plan.ts";
import { TimeLeft } from "../progress/time-left.ts";
import { decideWanted } from "../results/collect.ts";
import { type LeaseHolder, leaseHolder } from "../store/lease.ts";
import { assertOwnNames } from "../store/own-names.ts";
import { searchFolder } from "../store/record.ts";
import { SweepStore } from "../store/store.ts";
import { readSweepFile } from "../store/sweep-file.ts";
import { trialName, variantOf } from "./trial-name.ts";
import { type KnownDone, type TrialState, type TrialStatus, trialStates } from "./trial-states.ts";

/** How a sweep is, from its results folder alone. */
export interface SweepStatus extends Pick<Estimated, "secondsLeft"> {
  /** True while it searches for its settings: then it has no trials yet. */
  readonly isSearching: boolean;
  readonly ranks: readonly number[];
  readonly seeds: readonly number[];
  /** What the verdict rests on. */
  readonly metric: MetricName;
  /** One for each rank and seed of the plan, block by block, then those of its checks. */
  readonly trials: readonly TrialStatus[];
  /** Trials with a result, of `total`. */
  readonly done: number;
  /** Trials that will have been run in the end, as far as that can be said: at most, of a method that may end early. */
  readonly total: number;
  /** Everything is there, the verdict too, and nobody works on it. */
  readonly isComplete: boolean;
  /** The process that runs what is missing, if there is one. */
  readonly driver?: Pick<LeaseHolder, "host" | "pid" | "since">;
}

/**
 * Reads how a sweep is. Works on any machine that sees the folder, while the sweep runs and later.
 *
 * @param now in milliseconds since 1970.
 * @param known what was done at an earlier look: given the same map again, a look reads only what is new.
 * @param store of that folder. Given the same one again, a method reads each result once.
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
    const nothing = { ranks: [], seeds: [], trials: [], metric: defaultMetric, done: 0, total: 0 } as const;
    return { ...nothing, isSearching: true, isComplete: false, ...driver };
  }
  const plan = planAgain(readSweepFile(out));
  const { ranks, seeds, metric } = plan.summary;
  const method = methodOf(plan);
  const wanted = method.wanted(store);
  const asked = [...wanted.trials, ...inOrder(wanted)].map(trialId);
  const { trials, ...estimated } = estimateTime(
    statesOf(plan, wanted, new Set(asked), trialStates(store, now, known, metric)),
  );
  return {
    isSearching: false,
    ranks,
    seeds,
    metric,
    trials,
    done: trials.filter(({ state }) => state === "done").length,
    total: isEnd(store, wanted) ? asked.length : Math.max(method.expectedTrials, asked.length),
    isComplete: holder === undefined && isEnd(store, wanted) && existsSync(store.path("results.json")),
    ...estimated,
    ...driver,
  };
}

function statesOf(
  plan: Plan,
  wanted: Wanted,
  asked: ReadonlySet<string>,
  stateOf: (id: string) => TrialState,
): TrialStatus[] {
  // What checks a grid is known beforehand; which ranks another method will compare is not.
  const isGrid = plan.config.method === undefined;
  const requested = inOrder(wanted);
  const checks = isGrid && requested.length === 0 ? extraTrials(plan) : requested;
  const statusOf = (spec: TrialSpec, variant?: string): TrialStatus => {
    const id = trialId(spec);
    const state = stateOf(id);
    const isLeft = !isGrid && state.state === "waiting" && !asked.has(id);
    return {
      ...(isLeft ? { state: "not-asked" } : state),
      trialId: id,
      name: trialName(spec, variant),
      rank: spec.lora.rank,
      seed: spec.seed,
      ...(variant === undefined ? {} : { variant }),
    };
  };
  return [
    ...plan.specs.map((spec) => statusOf(spec)),
    ...checks.map((spec) => statusOf(spec, variantOf(spec, plan.specs[0]!))),
  ];
}

/** Whether the method wants no more: it is asked again until something of what it wants is missing. */
function isEnd(store: SweepStore, wanted: Wanted): boolean {
  const trials = [...wanted.trials, ...inOrder(wanted)];
  return (
    isComplete(store, trials) && wanted.truncations.every((one) => missingRanks(store, one).length === 0)
  );
}

function assertSearch(out: string): void {
  if (existsSync(searchFolder(out)) || existsSync(join(out, "settings.json"))) return;
  throw new InputError(
    "E_NO_SWEEP",
    `out must be the folder of a sweep, got ${out}, which has no sweep.json`,
  );
}

/** Trials with the time that each of the running ones still needs, and the time that all that is to be run needs. */
interface Estimated {
  readonly trials: TrialStatus[];
  /** If as many trials go on side by side as run now; absent where none runs or nothing is known yet. */
  readonly secondsLeft?: number;
}

/** Estimates times as {@link TimeLeft} does, from how long the trials that are done took. */
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
