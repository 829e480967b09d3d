import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { truncateAdapter } from "@lorank/checkpoint";
import { writeFileAtomic } from "@lorank/checkpoint/disk";
import { readPeftAdapter, writePeftAdapter } from "@lorank/checkpoint/files";
import { InputError, isInputError } from "@lorank/core";
import { canonicalJson, type TestRun, type Truncation } from "@lorank/evidence/schema";
import { type ProgressEvent, throttleEvents } from "../plan/events.ts";
import type { JobPlace, TestToScore, TrialToMeasure, TrialToTrain } from "../plan/job.ts";
import { assertAdapterWhole, missingAdapter, writeAdapterDigest } from "../store/adapter-files.ts";
import { AttemptLog } from "../store/attempt-log.ts";
import { commitResult } from "../store/commit-result.ts";
import { makeOwnFolder } from "../store/files.ts";
import { type Attempt, SweepStore } from "../store/store.ts";
import { wasInterrupted } from "../trainers/run-process.ts";
import { trainerOf } from "../trainers/trainers.ts";

/** Least milliseconds between progress events sent to the parent process. */
const eventIntervalMs = 200;
/** Least milliseconds between progress events in the log: hundreds of trials may share a file server. */
const logIntervalMs = 2000;

/**
 * Runs one attempt at a trial: log, adapter, result, commit, in this order.
 *
 * @param signal on abort, a trial of this engine saves its state, and this rejects.
 */
export async function trainTrial(
  place: JobPlace,
  work: TrialToTrain,
  onEvent: (event: ProgressEvent) => void,
  signal?: AbortSignal,
): Promise<void> {
  const store = new SweepStore(place.out);
  const trainer = trainerOf(place);
  const spec = store.readSpec(work.trialId);
  const attempt = attemptOf(store, work);
  const log = new AttemptLog(attempt.folder, trainer.processes(place));
  const write = throttleEvents(logIntervalMs, (event) => log.event(event));
  const report = throttleEvents(eventIntervalMs, (event) => {
    write(event);
    onEvent(event);
  });
  const end = (reason: string, interrupted?: true): void =>
    log.end({ kind: "ended", reason, ...(interrupted && { interrupted }) });
  const onExit = (code: number): void => {
    if (code === interruptedCode) end("interrupted", true);
    else end(`the process exited with code ${code}`);
  };
  process.once("exit", onExit);
  try {
    const { result, adapter } = await trainer.train({ place, store, spec, attempt, report }, signal);
    // Adapter first: a result must never exist without it. PEFT cannot say "rank 0".
    if (adapter !== undefined && spec.lora.rank > 0 && result.status === "completed")
      writePeftAdapter(join(attempt.folder, "adapter"), adapter);
    if (result.adapterBytes !== undefined && existsSync(join(attempt.folder, "adapter")))
      await writeAdapterDigest(attempt.folder);
    const committed = commitResult(store, attempt, { ...result, trialId: attempt.trialId });
    log.end({ kind: "committed", place: committed, status: result.status });
    trainer.forgetUnfinished(store, attempt.trialId);
  } catch (error) {
    if (wasInterrupted()) end("interrupted", true);
    else end(describe(error));
    throw error;
  } finally {
    process.off("exit", onExit);
  }
}

function describe(error: unknown): string {
  if (isInputError(error)) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

function attemptOf(store: SweepStore, { trialId, attempt }: TrialToTrain): Attempt {
  if (attempt === undefined) return store.claimAttempt(trialId);
  const claimed = store.attempts(trialId).find(({ number }) => number === attempt);
  if (claimed !== undefined) return claimed;
  throw new InputError("E_ATTEMPT", `attempt must be a claimed number, got ${attempt} of trial ${trialId}`);
}

export async function measure(
  place: JobPlace,
  what: TrialToMeasure,
  onEvent: (event: ProgressEvent) => void = () => {},
): Promise<void> {
  const store = new SweepStore(place.out, { readOnly: true });
  const trial = { place, store, spec: store.readSpec(what.trialId) };
  const cost = await trainerOf(place).costs.measure(trial, what, onEvent);
  writeFileAtomic(what.resultFile, JSON.stringify(cost));
}

/** Exit code for an interrupted worker: EX_TEMPFAIL in sysexits.h, try again later. */
export const interruptedCode = 75;

/** Evaluates a trial's base model without an adapter on the validation examples. The trial need not have finished. */
export async function evaluateBase(place: JobPlace, trialId: string): Promise<void> {
  const store = new SweepStore(place.out);
  const spec = store.readSpec(trialId);
  const [evaluation] = await trainerOf(place).evaluate({ place, store, spec }, [undefined]);
  const base: Truncation = { trialId, seed: spec.seed, rank: 0, evaluation: evaluation! };
  keep(store.truncationPath(trialId, base.rank), base);
}

/**
 * Cuts a finished trial's adapter to each rank, and evaluates the cuts on the validation examples.
 *
 * @throws InputError `E_ADAPTER_MISSING` when the trial's attempt has been deleted, `E_ADAPTER_DAMAGED` when the files
 * have changed.
 */
export async function cutAdapter(place: JobPlace, trialId: string, ranks: readonly number[]): Promise<void> {
  const { store, spec, adapter } = await finishedTrial(place, trialId);
  const cuts = ranks.map((rank) => truncateAdapter(adapter, rank).adapter);
  const evaluations = await trainerOf(place).evaluate({ place, store, spec }, cuts);
  for (const [i, rank] of ranks.entries()) {
    const truncation: Truncation = { trialId, seed: spec.seed, rank, evaluation: evaluations[i]! };
    keep(store.truncationPath(trialId, rank), truncation);
  }
}

/** Scores a finished trial's adapter on test examples. Throws as {@link cutAdapter}. */
export async function scoreAdapter(place: JobPlace, trialId: string, test: TestToScore): Promise<void> {
  const { store, spec, adapter } = await finishedTrial(place, trialId);
  const [evaluation] = await trainerOf(place).evaluate({ place, store, spec }, [adapter], test);
  const run: TestRun = { trialId, rank: spec.lora.rank, seed: spec.seed, evaluation: evaluation! };
  keep(store.testRunPath(test.sha256, trialId), run);
}

async function finishedTrial({ out }: JobPlace, trialId: string) {
  const store = new SweepStore(out);
  const spec = store.readSpec(trialId);
  const attempt = store.winningAttempt(trialId);
  const folder = attempt && join(attempt.folder, "adapter");
  if (folder !== undefined && existsSync(folder)) {
    await assertAdapterWhole(attempt!);
    return { store, spec, adapter: readPeftAdapter(folder) };
  }
  throw missingAdapter(trialId, spec);
}

function keep(path: string, evaluated: Truncation | TestRun): void {
  makeOwnFolder(dirname(path));
  writeFileAtomic(path, `${canonicalJson(evaluated)}\n`);
}
