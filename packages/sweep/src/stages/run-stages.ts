import type { TrialSpec } from "@lorank/core/results";
import { trialId } from "@lorank/train/spec";
import type { Executor } from "../executor/executor.ts";
import type { RunOptions } from "../executor/run-options.ts";
import { runTasks, type Task } from "../executor/run-tasks.ts";
import {
  type Method,
  methodOf,
  missingRanks,
  type Wanted,
  type WantedTruncation,
} from "../methods/methods.ts";
import { inOrder } from "../plan/checks.ts";
import type { TestToScore } from "../plan/job.ts";
import type { Plan } from "../plan/plan.ts";
import type { SweepStore } from "../store/store.ts";
import { ProgressTracker } from "./progress-tracker.ts";

/** How far the stages of a method came. */
export interface StageOutcome {
  /** By the last stage. */
  readonly wanted: Wanted;
  /** Everything that the method wants is there. */
  readonly complete: boolean;
  /** Ids of trials that this run brought to a result. */
  readonly finished: readonly string[];
  readonly failed: readonly string[];
  readonly interrupted: boolean;
  /** Trials and truncations that were started. */
  readonly ran: number;
}

/** Runs what a method wants and is not there, and asks it again, until it wants no more or something is in the way. */
export async function runStages(
  store: SweepStore,
  plan: Plan,
  executor: Executor,
  run: RunOptions,
): Promise<StageOutcome> {
  const method = methodOf(plan);
  let wanted = askFor(method, store);
  const tracker = new ProgressTracker(store, plan.specs, run.trialsAtOnce, run.reporter);
  const finished: string[] = [];
  const begun = performance.now();
  let ran = 0;
  for (;;) {
    const trials = missingTrials(store, wanted);
    const truncations = uncut(store, wanted);
    ran += trials.length + truncations.length;
    tracker.expect(allTrials(wanted), method.expectedTrials);
    const training = trials.map((id) => trainingTask(store, id));
    const trained = await runTasks(executor, training, run, (event) => tracker.trained(event));
    finished.push(...trained.finished);
    const cutting = truncations.map((one) => truncationTask(store, one));
    const cut = await runTasks(executor, cutting, run, ({ kind, trialId }) => {
      if (kind === "finished") tracker.truncated(truncations.find((one) => one.trialId === trialId)!);
    });
    for (const one of cut.failed) tracker.failed(one);
    const failed = [...trained.failed, ...cut.failed].map(({ trialId }) => trialId);
    const end = { finished, failed, ran };
    const left = missing(store, wanted);
    if (left.length > 0) {
      const interrupted = left.some((id) => !failed.includes(id));
      return { ...end, wanted, complete: false, interrupted };
    }
    const asked = askFor(method, store);
    const more = missing(store, asked).length;
    const seconds = (performance.now() - begun) / 1000;
    // What is there is decided on; the same command runs the rest.
    const isLate = seconds + (seconds / Math.max(1, ran)) * more > (run.maxSeconds ?? Infinity);
    if (more === 0 || isLate)
      return { ...end, wanted: more === 0 ? asked : wanted, complete: true, interrupted: false };
    wanted = asked;
  }
}

function askFor(method: Method, store: SweepStore): Wanted {
  const wanted = method.wanted(store);
  for (const spec of allTrials(wanted)) store.addSpec(spec);
  return wanted;
}

/** Ids of trials that have no result, or lack truncations. */
function missing(store: SweepStore, wanted: Wanted): string[] {
  return [...missingTrials(store, wanted), ...uncut(store, wanted).map(({ trialId }) => trialId)];
}

function uncut(store: SweepStore, { truncations }: Wanted): WantedTruncation[] {
  return truncations.filter((one) => missingRanks(store, one).length > 0);
}

function missingTrials(store: SweepStore, wanted: Wanted): string[] {
  return allTrials(wanted)
    .map(trialId)
    .filter((id) => !store.isDone(id));
}

function allTrials(wanted: Wanted): TrialSpec[] {
  return [...wanted.trials, ...inOrder(wanted)];
}

/** Training of a trial. */
export function trainingTask(store: SweepStore, trialId: string): Task {
  const work = { kind: "train", trialId } as const;
  return { trialId, missing: () => (store.isDone(trialId) ? undefined : work), failure: "failed" };
}

/** Cutting a finished trial's adapter to the ranks that have no evaluation yet. */
export function truncationTask(store: SweepStore, wanted: WantedTruncation): Task {
  const { trialId } = wanted;
  return {
    trialId,
    missing: () => {
      const ranks = missingRanks(store, wanted);
      return ranks.length === 0 ? undefined : { kind: "truncate", trialId, ranks };
    },
    failure: "its adapter could not be cut",
  };
}

/** Scoring a finished trial's adapter on test examples. */
export function scoringTask(store: SweepStore, trialId: string, test: TestToScore): Task {
  const work = { kind: "evaluate", trialId, test } as const;
  return {
    trialId,
    missing: () => (store.hasTestRun(test.sha256, trialId) ? undefined : work),
    failure: "its adapter could not be scored on the test examples",
  };
}
