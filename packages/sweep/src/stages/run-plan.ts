import { resolve } from "node:path";
import { assertOptions, type OptionNames } from "@lorank/core";
import type { Results } from "@lorank/evidence/schema";
import { trialId } from "@lorank/train/spec";
import { watchCancel } from "../executor/cancel.ts";
import type { Executor } from "../executor/executor.ts";
import type { RunOptions, StopSignals } from "../executor/run-options.ts";
import { type FailedTask, runTasks } from "../executor/run-tasks.ts";
import type { TestToScore } from "../plan/job.ts";
import { collectResults, decideRequired, earlierExecution, trialsToScore } from "../results/collect.ts";
import type { UnpublishedAdapter } from "../results/publish-adapter.ts";
import type { PublishedAdapter } from "../results/published-adapters.ts";
import type { DecidedTrials, Execution } from "../results/results-document.ts";
import { type Disagreement, findDisagreements } from "../store/commit-result.ts";
import { forgetOutOfMemory } from "../store/failed-trials.ts";
import { takeLease } from "../store/lease.ts";
import { assertOwnNames, removeTemporaryFiles } from "../store/own-names.ts";
import type { SweepStore } from "../store/store.ts";
import type { AskedSettings } from "../store/sweep-file.ts";
import { type PlanInputs, trainerOf } from "../trainers/trainers.ts";
import { ProgressTracker } from "./progress-tracker.ts";
import { runStages, type StageOutcome, scoringTask } from "./run-stages.ts";

/** Results folder, and how to treat a sweep already in it. */
export interface ResultsFolder {
  /** Results folder path; created if missing. A sweep in it is resumed. */
  readonly out: string;
  /** Add the plan's ranks and seeds to an existing sweep (default false: refuse). */
  readonly extend?: boolean;
  /** Publish adapters in the portable form, where their kind has one (default false: as trained). */
  readonly portable?: boolean;
  /** Run trials again that ran out of memory (default false: that is their result). */
  readonly retryOutOfMemory?: boolean;
  /** Maker of the document saved as `settings.json`, the user's settings. (default: none; an existing file stays) */
  readonly settings?: AskedSettings | undefined;
}

export const folderNames: OptionNames<ResultsFolder> = {
  out: true,
  extend: false,
  portable: false,
  retryOutOfMemory: false,
  settings: false,
};

export interface SweepOutcome {
  /**
   * Results document; null until every required trial has a result, which may be divergence. Ranks whose runs all
   * failed are reported so, and the others decided.
   */
  readonly results: Results | null;
  /** Published adapter for each rank with a completed trial; empty while `results` is null. */
  readonly adapters: readonly PublishedAdapter[];
  /** Ranks whose adapter could not be published, and why. */
  readonly unpublished: readonly UnpublishedAdapter[];
  /** Trials whose training or evaluation failed `maxAttempts` times. The next run tries again. */
  readonly failed: readonly FailedTask[];
  /** True when a signal stopped the sweep early. */
  readonly interrupted: boolean;
  /** Count of trials this run brought to a result. */
  readonly finishedNow: number;
  /** Differing results of a trial's attempts: the same spec must give the same result. */
  readonly disagreements: readonly Disagreement[];
}

/**
 * Runs the missing trials a sweep's method requires, and collects the results.
 *
 * The results folder is the only state: running and resuming are the same call, which may be killed at any moment.
 *
 * @throws InputError `E_SWEEP_OPTIONS`, `E_DATA_HASH`, `E_TRAINER_FILE`, `E_SWEEP_CHANGED` (the folder holds another
 * sweep), `E_SWEEP_BUSY`, `E_OUT`; then the folder is as it was.
 */
export async function runPlan(
  inputs: PlanInputs,
  results: ResultsFolder,
  options: RunOptions,
): Promise<SweepOutcome> {
  assertOptions(results, "the results folder of runPlan", folderNames);
  const { out, extend = false, portable = false, retryOutOfMemory = false, settings } = results;
  const trainer = trainerOf(inputs);
  trainer.assertInputs(inputs, portable);
  const folder = resolve(out);
  assertOwnNames(folder);
  const lease = takeLease(folder);
  const { signals, release } = watchCancel(folder, options.signals);
  const run = { ...options, signals };
  let executor: Executor | undefined;
  try {
    removeTemporaryFiles(folder);
    const sweep = await trainer.open(inputs, { out: folder, extend, settings }, run);
    const { plan, place, store, test } = sweep;
    if (retryOutOfMemory) forgetOutOfMemory(folder, plan.specs);
    const earlier = earlierExecution(store, run.reporter);
    executor = await run.executor(place, run);
    const stages = await runStages(store, plan, executor, run);
    const { required, finished } = stages;
    const decided = stages.complete ? decideRequired(store, plan, required) : undefined;
    const last = decided ? await scoreVerdict(store, decided, test, executor, run) : stages;
    const { complete, interrupted } = last;
    const failed = last === stages ? stages.failed : [...stages.failed, ...last.failed];
    const execution: Execution = { ...sweep.execution, trialsAtOnce: run.trialsAtOnce };
    // A run that trains nothing must not change the recorded execution.
    const saved = stages.ran === 0 ? earlier : undefined;
    const results = complete && decided ? collectResults(store, plan, decided, saved ?? execution) : null;
    const ids = required.trials.map(trialId);
    const published = results && (await publishUntilStopped(store, results, portable, signals));
    return {
      results,
      ...(published ?? { adapters: [], unpublished: [] }),
      failed,
      interrupted: interrupted || (results !== null && published === undefined),
      finishedNow: finished.length,
      disagreements: ids.filter((id) => store.isDone(id)).flatMap((id) => findDisagreements(store, id)),
    };
  } finally {
    release();
    await executor?.close?.();
    lease.release();
  }
}

/** Publishes one adapter per rank; undefined where a stop or kill came first. */
async function publishUntilStopped(
  store: SweepStore,
  { trials }: Results,
  portable: boolean,
  { stop, kill }: StopSignals,
): Promise<Pick<SweepOutcome, "adapters" | "unpublished"> | undefined> {
  const signal = AbortSignal.any([stop, kill].filter((one) => one !== undefined));
  const { publishAdapters } = await import("../results/publish-adapter.ts");
  try {
    return await publishAdapters(store, trials, { portable, signal });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

export async function scoreVerdict(
  store: SweepStore,
  { decision, trials }: DecidedTrials,
  test: TestToScore | undefined,
  executor: Executor,
  run: RunOptions,
): Promise<Pick<StageOutcome, "complete" | "failed" | "interrupted">> {
  if (test === undefined) return { complete: true, failed: [], interrupted: false };
  const { sha256 } = test;
  const isMissing = (id: string) => !store.hasTestRun(sha256, id);
  const scored = trialsToScore(decision, trials).map(({ trialId }) => trialId);
  const specs = trials.map(({ spec }) => spec);
  const tracker = new ProgressTracker(store, specs, run.trialsAtOnce, run.reporter, decision.axis);
  const tasks = scored.filter(isMissing).map((id) => scoringTask(store, id, test));
  const { failed } = await runTasks(executor, tasks, run, ({ kind, trialId }) => {
    if (kind === "finished") tracker.scored(store.readTestRun(sha256, trialId));
  });
  for (const one of failed) tracker.failed(one);
  const left = scored.filter(isMissing);
  return {
    complete: left.length === 0,
    failed,
    interrupted: left.length > failed.length,
  };
}
