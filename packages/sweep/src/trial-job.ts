import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { writePeftAdapter } from "@lorank/checkpoint";
import { InputError, type TrialSpec } from "@lorank/core";
import type { TrialEvent, TrialOutcome, TrialResources } from "@lorank/train";
import { commitResult } from "./store/commit-result.ts";
import { type Attempt, SweepStore } from "./store/store.ts";
import { throttleEvents } from "./worker/throttle.ts";
import { fromTrialModule } from "./worker/trainer.ts";

/** What a trial's process is told. All of it is about where and how; the device alone can change a result, by rounding. */
export interface TrialJob {
  readonly out: string;
  readonly trialId: string;
  /** Absent: the process claims the next attempt itself. */
  readonly attempt?: number;
  /** Trials that share the process and its base with this one, each with an attempt of its own. (default: none) */
  readonly packedWith?: readonly Pick<TrialJob, "trialId" | "attempt">[];
  readonly modelFolder: string;
  readonly datasetFile: string;
  readonly threads: number;
  /** What to run on; chosen and tested before, once for all trials. (default "cpu") */
  readonly device?: TrialResources["device"];
  /**
   * Absolute path of a module that exports `runTrial` (default: `@lorank/train`). The engine of this package knows of
   * a trial only that it is a function from spec to result, so another trainer fits here; so does a toy one, with
   * which the tests kill and resume thousands of trials' worth of bookkeeping in seconds. For packs it must export
   * `runPackedTrials` too, and `measureSteps` where it is to be measured whether they are faster.
   */
  readonly trialModule?: string;
}

/** What a trial's process tells its parent. Everything that matters is on disk; this is for the eye. */
export interface TrialMessage {
  readonly kind: "event";
  readonly trialId: string;
  readonly event: TrialEvent;
}

const eventIntervalMs = 200;

/**
 * Runs one attempt at one trial, or at each of a pack's: log, adapter, result, commit, in this order. The trials of a
 * pack are committed one by one, so that a kill in between loses only those behind it.
 */
export async function runTrialJob(
  job: TrialJob,
  onEvent: (event: TrialEvent, trialId: string) => void,
): Promise<void> {
  const store = new SweepStore(job.out);
  const runs = [job, ...(job.packedWith ?? [])].map((asked) => {
    const spec = store.readSpec(asked.trialId);
    const attempt = attemptOf(store, asked);
    const log = logTo(attempt);
    log({ kind: "started", pid: process.pid, threads: job.threads, device: job.device ?? "cpu" });
    const report = throttleEvents(eventIntervalMs, (event) => {
      log(event);
      onEvent(event, asked.trialId);
    });
    return { spec, attempt, log, report };
  });
  const resources = { ...resourcesOf(job), attemptFolder: runs[0]!.attempt.folder };
  const specs = runs.map(({ spec }) => spec);
  const reports = runs.map(({ report }) => report);
  const outcomes = await runAll(job.trialModule, specs, resources, reports);
  for (const [i, { spec, attempt, log }] of runs.entries()) {
    const { result, adapter } = outcomes[i]!;
    // The adapter comes first: a result must never exist without it. Rank 0 has none, and PEFT cannot say "rank 0".
    if (spec.lora.rank > 0 && result.status === "completed")
      writePeftAdapter(join(attempt.folder, "adapter"), adapter);
    const place = commitResult(store, attempt, { ...result, trialId: attempt.trialId });
    log({ kind: "committed", place, status: result.status });
  }
}

/** Of a job, what the trainer is told. */
export function resourcesOf({
  modelFolder,
  datasetFile,
  threads,
  device,
}: Omit<TrialJob, "trialId">): TrialResources {
  return { modelFolder, datasetFile, threads, ...(device === undefined ? {} : { device }) };
}

async function runAll(
  trialModule: string | undefined,
  specs: readonly TrialSpec[],
  resources: TrialResources,
  reports: readonly ((event: TrialEvent) => void)[],
): Promise<TrialOutcome[]> {
  if (specs.length === 1) {
    const run = await fromTrialModule(trialModule, "runTrial");
    return [await run(specs[0]!, resources, reports[0]!)];
  }
  const run = await fromTrialModule(trialModule, "runPackedTrials");
  return run(specs, resources, (trial, event) => reports[trial]!(event));
}

function attemptOf(store: SweepStore, { trialId, attempt }: Pick<TrialJob, "trialId" | "attempt">): Attempt {
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
