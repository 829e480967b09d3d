import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { writePeftAdapter } from "@lorank/checkpoint";
import { InputError } from "@lorank/core";
import type { runTrial, TrialEvent, TrialResources } from "@lorank/train";
import { commitResult } from "./commit-result.ts";
import { type Attempt, SweepStore } from "./store.ts";
import { throttleEvents } from "./throttle.ts";

/** What a trial's process is told. All of it is about where and how; the device alone can change a result, by rounding. */
export interface TrialJob {
  readonly out: string;
  readonly trialId: string;
  /** Absent: the process claims the next attempt itself. */
  readonly attempt?: number;
  readonly modelFolder: string;
  readonly datasetFile: string;
  readonly threads: number;
  /** What to run on; chosen and tested before, once for all trials. (default "cpu") */
  readonly device?: TrialResources["device"];
  /**
   * Absolute path of a module that exports `runTrial` (default: `@lorank/train`). The engine of this package knows of
   * a trial only that it is a function from spec to result, so another trainer fits here; so does a toy one, with
   * which the tests kill and resume thousands of trials' worth of bookkeeping in seconds.
   */
  readonly trialModule?: string;
}

/** What a trial's process tells its parent. Everything that matters is on disk; this is for the eye. */
export type TrialMessage = { readonly kind: "event"; readonly event: TrialEvent };

const eventIntervalMs = 200;

/** Runs one attempt at one trial: log, adapter, result, commit, in this order. */
export async function runTrialJob(job: TrialJob, onEvent: (event: TrialEvent) => void): Promise<void> {
  const store = new SweepStore(job.out);
  const spec = store.readSpec(job.trialId);
  const attempt = attemptOf(store, job);
  const log = logTo(attempt);
  log({ kind: "started", pid: process.pid, threads: job.threads, device: job.device ?? "cpu" });
  const report = throttleEvents(eventIntervalMs, (event) => {
    log(event);
    onEvent(event);
  });
  const resources: TrialResources = {
    modelFolder: job.modelFolder,
    datasetFile: job.datasetFile,
    threads: job.threads,
    ...(job.device === undefined ? {} : { device: job.device }),
    attemptFolder: attempt.folder,
  };
  const run = await loadRunTrial(job.trialModule);
  const { result, adapter } = await run(spec, resources, report);
  // The adapter comes first: a result must never exist without it. Rank 0 has none, and PEFT cannot say "rank 0".
  if (spec.lora.rank > 0 && result.status === "completed")
    writePeftAdapter(join(attempt.folder, "adapter"), adapter);
  const place = commitResult(store, attempt, { ...result, trialId: job.trialId });
  log({ kind: "committed", place, status: result.status });
}

function attemptOf(store: SweepStore, { trialId, attempt }: TrialJob): Attempt {
  if (attempt === undefined) return store.claimAttempt(trialId);
  const claimed = store.attempts(trialId).find(({ number }) => number === attempt);
  if (claimed !== undefined) return claimed;
  throw new InputError("E_ATTEMPT", `attempt must be a claimed number, got ${attempt} of trial ${trialId}`);
}

/** One JSON document a line. A kill may cut the last line: the log is for people, nothing is derived from it. */
function logTo({ folder }: Attempt): (entry: object) => void {
  const file = join(folder, "log.jsonl");
  return (entry) => appendFileSync(file, `${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`);
}

async function loadRunTrial(path: string | undefined): Promise<typeof runTrial> {
  if (path === undefined) return (await import("@lorank/train")).runTrial;
  const module: { runTrial?: unknown } = await import(pathToFileURL(path).href);
  if (typeof module.runTrial === "function") return module.runTrial as typeof runTrial;
  throw new InputError(
    "E_TRIAL_MODULE",
    `trialModule must export a function runTrial, got ${path} without one`,
  );
}
