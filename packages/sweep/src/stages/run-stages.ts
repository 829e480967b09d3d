import { existsSync } from "node:fs";
import type { RequiredTruncation } from "@lorank/evidence/methods";
import { armNumber, type FailedTrial, type TrialSpec } from "@lorank/evidence/schema";
import { trialId } from "@lorank/train/spec";
import { lastLines, readEnd } from "../executor/describe-exit.ts";
import type { Executor } from "../executor/executor.ts";
import { isStopping, type RunOptions } from "../executor/run-options.ts";
import { type FailedTask, runTasks, type TrialTask } from "../executor/run-tasks.ts";
import {
  type Method,
  methodOf,
  missingRanks,
  missingTrials,
  type RequiredTrials,
  untouchedBase,
} from "../methods/methods.ts";
import { inOrder } from "../plan/checks.ts";
import type { TestToScore } from "../plan/job.ts";
import type { Plan, PlanSummary } from "../plan/plan.ts";
import { outputFile, readAttemptState } from "../store/attempt-log.ts";
import { forgetFailedTrials, readFailedTrials, writeFailedTrials } from "../store/failed-trials.ts";
import type { SweepStore } from "../store/store.ts";
import { ProgressTracker } from "./progress-tracker.ts";

/**
 * Gives up ranks without a completed run or one left to try, so that others are decided. Gives up none if all failed:
 * the trainer is at fault.
 */
function giveUpRanks(
  store: SweepStore,
  { axis }: PlanSummary,
  trials: readonly TrialSpec[],
  failed: readonly FailedTask[],
): void {
  const messages = new Map(failed.map(({ trialId, message }) => [trialId, message]));
  const mayCompare = (id: string): boolean =>
    store.isDone(id) ? store.readResult(id).status === "completed" : !messages.has(id);
  const others = new Set(
    trials.filter((spec) => mayCompare(trialId(spec))).map((spec) => armNumber(spec, axis)),
  );
  const lost = trials
    .filter((spec) => !others.has(armNumber(spec, axis)))
    .map(trialId)
    .filter((id) => messages.has(id) && !store.isDone(id));
  if (lost.length === 0 || others.size === 0) return;
  const found = lost.map((id) => [id, failureOf(store, id, messages.get(id)!)] as const);
  writeFailedTrials(store.out, new Map([...readFailedTrials(store.out), ...found]));
}

function failureOf(store: SweepStore, id: string, message: string): Pick<FailedTrial, "reason" | "output"> {
  const { folder } = store.attempts(id).at(-1)!;
  const end = readAttemptState(folder)?.end;
  const printed = outputFile(folder);
  const [reason = ""] = (end?.kind === "ended" ? end.reason : message).split("\n");
  return { reason, output: existsSync(printed) ? lastLines(readEnd(printed)) : "" };
}

export interface StageOutcome {
  readonly required: RequiredTrials;
  readonly complete: boolean;
  readonly finished: readonly string[];
  /** Trials that failed `maxAttempts` times. If `complete`, they are at ranks whose runs all failed. */
  readonly failed: readonly FailedTask[];
  readonly interrupted: boolean;
  readonly ran: number;
}

/**
 * Runs a method's missing trials, stage by stage, until it requires no more, or a failure stands in the way. A rank
 * whose runs all fail does not. The untouched base comes first, to show a failing judge early.
 */
export async function runStages(
  store: SweepStore,
  plan: Plan,
  executor: Executor,
  run: RunOptions,
): Promise<StageOutcome> {
  const method = methodOf(plan);
  forgetFailedTrials(store.out);
  let required = askFor(method, store);
  const tracker = new ProgressTracker(store, plan.specs, run.trialsAtOnce, run.reporter, plan.summary.axis);
  const finished: string[] = [];
  const failed: FailedTask[] = [];
  const unable = await evaluateBase();
  if (unable !== undefined)
    return { finished, failed: unable, ran: 0, required, complete: false, interrupted: unable.length === 0 };
  const begun = performance.now();
  let ran = 0;
  for (;;) {
    const trials = missingTrials(store, inOrderOfStart(required, executor));
    const truncations = uncut(store, required);
    ran += trials.length + truncations.length;
    tracker.expect(allTrials(required), method.expectedTrials);
    const training = trials.map((id) => trainingTask(store, id));
    const trained = await runTasks(executor, training, run, (event) => tracker.trained(event));
    finished.push(...trained.finished);
    const cutting = truncations.map((one) => truncationTask(store, one));
    const cut = await runTasks(executor, cutting, run, ({ kind, trialId }) => {
      if (kind === "finished") tracker.truncated(truncations.find((one) => one.trialId === trialId)!);
    });
    for (const one of cut.failed) tracker.failed(one);
    failed.push(...trained.failed, ...cut.failed);
    giveUpRanks(store, plan.summary, required.trials, failed);
    const end = { finished, failed, ran };
    const left = missing(store, required);
    if (left.length > 0) {
      const interrupted = left.some((id) => !failed.some(({ trialId }) => trialId === id));
      return { ...end, required, complete: false, interrupted };
    }
    const next = askFor(method, store);
    const more = missing(store, next).length;
    const seconds = (performance.now() - begun) / 1000;
    // Past the time limit, the results so far are decided on; the same command runs the rest.
    const isLate = seconds + (seconds / Math.max(1, ran)) * more > (run.maxSeconds ?? Infinity);
    if (more === 0 || isLate)
      return { ...end, required: more === 0 ? next : required, complete: true, interrupted: false };
    required = next;
  }

  /** Evaluates the untouched base if due. Undefined to go on; else failed trials, none if a signal stopped it. */
  async function evaluateBase(): Promise<readonly FailedTask[] | undefined> {
    const base = untouchedBase(store, plan);
    if (base === undefined || store.hasBase(base)) return undefined;
    store.addSpec(plan.specs.find((spec) => trialId(spec) === base)!);
    const { finished, failed } = await runTasks(executor, [baseTask(store, base)], run, () => {});
    if (finished.length > 0) tracker.evaluatedBase(base);
    for (const one of failed) tracker.failed(one);
    return failed.length > 0 || isStopping(run.signals) ? failed : undefined;
  }
}

function askFor(method: Method, store: SweepStore): RequiredTrials {
  const required = method.required(store);
  for (const spec of allTrials(required)) store.addSpec(spec);
  return required;
}

function missing(store: SweepStore, required: RequiredTrials): string[] {
  return [
    ...missingTrials(store, allTrials(required)),
    ...uncut(store, required).map(({ trialId }) => trialId),
  ];
}

function uncut(
  store: SweepStore,
  { truncations }: Pick<RequiredTrials, "truncations">,
): RequiredTruncation[] {
  return truncations.filter((one) => missingRanks(store, one).length > 0);
}

function allTrials(required: RequiredTrials): TrialSpec[] {
  return [...required.trials, ...inOrder(required)];
}

/** All trials, as they start. Of several at once, a seed's highest rank starts first: they end closer together. */
function inOrderOfStart(required: RequiredTrials, { capacity }: Executor): TrialSpec[] {
  const byRank = (a: TrialSpec, b: TrialSpec) => a.seed - b.seed || b.lora.rank - a.lora.rank;
  return allTrials(capacity < 2 ? required : { ...required, trials: required.trials.toSorted(byRank) });
}

export function trainingTask(store: SweepStore, trialId: string): TrialTask {
  const work = { kind: "train", trialId } as const;
  return { trialId, missing: () => (store.isDone(trialId) ? undefined : work), failure: "failed" };
}

export function baseTask(store: SweepStore, trialId: string): TrialTask {
  const work = { kind: "base", trialId } as const;
  return {
    trialId,
    missing: () => (store.hasBase(trialId) ? undefined : work),
    failure: "the untouched base could not be evaluated",
  };
}

export function truncationTask(store: SweepStore, required: RequiredTruncation): TrialTask {
  const { trialId } = required;
  return {
    trialId,
    missing: () => {
      const ranks = missingRanks(store, required);
      return ranks.length === 0 ? undefined : { kind: "truncate", trialId, ranks };
    },
    failure: "its adapter could not be cut",
  };
}

export function scoringTask(store: SweepStore, trialId: string, test: TestToScore): TrialTask {
  const work = { kind: "evaluate", trialId, test } as const;
  return {
    trialId,
    missing: () => (store.hasTestRun(test.sha256, trialId) ? undefined : work),
    failure: "its adapter could not be scored on the test examples",
  };
}
