import { existsSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic, writePeftAdapter } from "@lorank/checkpoint/files";
import { InputError, isInputError } from "@lorank/core";
import type { ProgressEvent } from "../plan/events.ts";
import type { JobPlace, TrialToMeasure, TrialToTrain } from "../plan/job.ts";
import { writeAdapterDigest } from "../store/adapter-files.ts";
import { AttemptLog } from "../store/attempt-log.ts";
import { commitResult } from "../store/commit-result.ts";
import { type Attempt, SweepStore } from "../store/store.ts";
import { wasInterrupted } from "../trainers/run-process.ts";
import { trainerAt } from "../trainers/trainer-of.ts";

/** Milliseconds between events of one kind that are sent to the parent. */
const eventIntervalMs = 200;
/** Between those that are written down: hundreds of trials may share one file server. */
const logIntervalMs = 2000;

/**
 * Runs one attempt at a trial: log, adapter, result, commit, in this order.
 *
 * @param signal where it is aborted, a trial of this engine saves what it has, and this rejects.
 */
export async function trainTrial(
  place: JobPlace,
  work: TrialToTrain,
  onEvent: (event: ProgressEvent) => void,
  signal?: AbortSignal,
): Promise<void> {
  const store = new SweepStore(place.out);
  const trainer = trainerAt(place, store);
  const spec = store.readSpec(work.trialId);
  const attempt = attemptOf(store, work);
  const log = new AttemptLog(attempt.folder, trainer.computedOn());
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
    const { result, adapter } = await trainer.train({ spec, attempt, report }, signal);
    // The adapter comes first: a result must never exist without it. Rank 0 has none, and PEFT cannot say "rank 0".
    if (adapter !== undefined && spec.lora.rank > 0 && result.status === "completed")
      writePeftAdapter(join(attempt.folder, "adapter"), adapter);
    if (result.adapterBytes !== undefined && existsSync(join(attempt.folder, "adapter")))
      await writeAdapterDigest(attempt.folder);
    const committed = commitResult(store, attempt, { ...result, trialId: attempt.trialId });
    log.end({ kind: "committed", place: committed, status: result.status });
    trainer.forgetUnfinished(attempt.trialId);
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

/** Writes what a measurement found to its file. */
export async function measure(
  place: JobPlace,
  what: TrialToMeasure,
  onEvent: (event: ProgressEvent) => void = () => {},
): Promise<void> {
  const cost = await trainerAt(place).measure(what, onEvent);
  writeFileAtomic(what.resultFile, JSON.stringify(cost));
}

/** Exit code of a worker that was ended: EX_TEMPFAIL of sysexits.h, try again later. */
export const interruptedCode = 75;

/**
 * Thins out a trial's events: at most one step, and one of the evaluation, in `intervalMs`. The first always passes,
 * and the last where an event has their number. Other kinds are rare, and pass.
 */
export function throttleEvents(
  intervalMs: number,
  pass: (event: ProgressEvent) => void,
  now: () => number = performance.now.bind(performance),
): (event: ProgressEvent) => void {
  const lastPass = new Map<ProgressEvent["kind"], number>();
  return (event) => {
    const time = now();
    const last = lastPass.get(event.kind);
    if (last !== undefined && time - last < intervalMs && !isLast(event)) return;
    lastPass.set(event.kind, time);
    pass(event);
  };
}

/** True for an event that passes in any case. */
function isLast(event: ProgressEvent): boolean {
  switch (event.kind) {
    case "step":
      return event.steps !== undefined && event.step >= event.steps;
    case "evaluating":
      return event.done >= event.total;
    default:
      return true;
  }
}
