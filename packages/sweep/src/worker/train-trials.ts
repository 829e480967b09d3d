import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writePeftAdapter } from "@lorank/checkpoint/files";
import { InputError, isInputError } from "@lorank/core";
import type { TrialResult, TrialSpec } from "@lorank/core/results";
import type { TrialOutcome } from "@lorank/train";
import { runCommandTrial } from "../command/command-trial.ts";
import { wasInterrupted } from "../command/run-process.ts";
import { resumeFolder, takeOver } from "../command/take-over.ts";
import { runDefaults } from "../defaults.ts";
import type { ProgressEvent } from "../plan/events.ts";
import type { JobPlace, TrialToTrain } from "../plan/job.ts";
import { writeAdapterDigest } from "../store/adapter-digest.ts";
import { AttemptLog } from "../store/attempt-log.ts";
import { commitResult } from "../store/commit-result.ts";
import { type Attempt, SweepStore } from "../store/store.ts";
import { interruptedCode } from "./interrupted.ts";
import { throttleEvents } from "./throttle.ts";
import { fromTrialModule } from "./trainer.ts";
import { commandSpec, engineSpec } from "./whose-spec.ts";

/** Between events of one kind that are told to whoever waits for the process. */
const eventIntervalMs = 200;
/** Between those that are written down: hundreds of trials may share one file server. */
const logIntervalMs = 2000;

/**
 * Runs one attempt at each trial: log, adapter, result, commit, in this order. Trials that share the process are committed
 * one by one, so that a kill in between loses only those behind it.
 *
 * @param signal where it is aborted, trials of this engine save what they have, and this rejects.
 */
export async function trainTrials(
  place: JobPlace,
  trials: readonly TrialToTrain[],
  onEvent: (event: ProgressEvent, trialId: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const store = new SweepStore(place.out);
  const on = computedOn(place);
  const runs = trials.map((asked): Run => {
    const spec = store.readSpec(asked.trialId);
    const attempt = attemptOf(store, asked);
    const log = new AttemptLog(attempt.folder, on);
    const write = throttleEvents(logIntervalMs, (event) => log.event(event));
    const report = throttleEvents(eventIntervalMs, (event) => {
      write(event);
      onEvent(event, asked.trialId);
    });
    return { spec, attempt, log, report };
  });
  const endAll = (reason: string, interrupted?: true): void => {
    for (const { log } of runs) log.end({ kind: "ended", reason, ...(interrupted && { interrupted }) });
  };
  const onExit = (code: number): void => {
    if (code === interruptedCode) endAll("interrupted", true);
    else endAll(`the process exited with code ${code}`);
  };
  process.once("exit", onExit);
  try {
    await trainAndCommit(store, place, runs, signal);
  } catch (error) {
    if (wasInterrupted()) endAll("interrupted", true);
    else endAll(describe(error));
    throw error;
  } finally {
    process.off("exit", onExit);
  }
}

function computedOn(place: JobPlace): ConstructorParameters<typeof AttemptLog>[1] {
  if ("command" in place) {
    const device = process.env.LORANK_DEVICE;
    return device === undefined ? {} : { device };
  }
  const { threads, device = "cpu" } = place.resources;
  return { threads, device };
}

/** One attempt while it runs. */
interface Run {
  readonly spec: TrialSpec;
  readonly attempt: Attempt;
  readonly log: AttemptLog;
  readonly report: (event: ProgressEvent) => void;
}

async function trainAndCommit(
  store: SweepStore,
  place: JobPlace,
  runs: readonly Run[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const outcomes = await runAll(store, place, runs, signal);
  for (const [i, { spec, attempt, log }] of runs.entries()) {
    const { result, adapter } = outcomes[i]!;
    // A command has written its own. The adapter comes first: a result must never exist without it. Rank 0 has none, and PEFT cannot say "rank 0".
    if (adapter !== undefined && spec.lora.rank > 0 && result.status === "completed")
      writePeftAdapter(join(attempt.folder, "adapter"), adapter);
    if (result.adapterBytes !== undefined && existsSync(join(attempt.folder, "adapter")))
      await writeAdapterDigest(attempt.folder);
    const committed = commitResult(store, attempt, { ...result, trialId: attempt.trialId });
    log.end({ kind: "committed", place: committed, status: result.status });
  }
  // Those of another trainer are its own affair.
  if ("resources" in place)
    for (const { folder } of runs.flatMap(({ attempt }) => store.attempts(attempt.trialId)))
      rmSync(resumeFolder(folder), { recursive: true, force: true });
}

function describe(error: unknown): string {
  if (isInputError(error)) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

async function runAll(
  store: SweepStore,
  place: JobPlace,
  runs: readonly Run[],
  signal: AbortSignal | undefined,
): Promise<{ result: Omit<TrialResult, "trialId">; adapter?: TrialOutcome["adapter"] }[]> {
  if ("command" in place) {
    const [{ spec, attempt, report }] = runs as [Run];
    return [{ result: await runCommandTrial(store, place, commandSpec(spec), attempt, report) }];
  }
  const { resources, trialModule, checkpointEvery = runDefaults.checkpointEvery } = place;
  // A process has its checkpoints in the attempt of its first trial.
  const { attempt } = runs[0]!;
  const before = store.attempts(attempt.trialId).filter(({ number }) => number < attempt.number);
  // Who has saved nothing needs not be waited for.
  if (before.some(({ folder }) => existsSync(resumeFolder(folder)))) await takeOver(store, attempt);
  const control = { checkpoints: { folder: resumeFolder(attempt.folder), every: checkpointEvery }, signal };
  const specs = runs.map(({ spec }) => engineSpec(spec));
  const reports = runs.map(({ report }) => report);
  if (specs.length === 1) {
    const run = await fromTrialModule(trialModule, "runTrial");
    return [await run(specs[0]!, resources, reports[0]!, control)];
  }
  const run = await fromTrialModule(trialModule, "runStackedTrials");
  return run(specs, resources, (trial, event) => reports[trial]!(event), control);
}

function attemptOf(store: SweepStore, { trialId, attempt }: TrialToTrain): Attempt {
  if (attempt === undefined) return store.claimAttempt(trialId);
  const claimed = store.attempts(trialId).find(({ number }) => number === attempt);
  if (claimed !== undefined) return claimed;
  throw new InputError("E_ATTEMPT", `attempt must be a claimed number, got ${attempt} of trial ${trialId}`);
}
