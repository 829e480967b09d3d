import { join } from "node:path";
import { writePeftAdapter } from "@lorank/checkpoint/files";
import { InputError, isInputError } from "@lorank/core";
import type { TrialSpec } from "@lorank/core/results";
import type { TrialEvent, TrialOutcome } from "@lorank/train";
import { AttemptLog } from "../store/attempt-log.ts";
import { commitResult } from "../store/commit-result.ts";
import { type Attempt, SweepStore } from "../store/store.ts";
import { interruptedCode } from "./interrupted.ts";
import type { JobPlace, TrialToTrain } from "./job.ts";
import { throttleEvents } from "./throttle.ts";
import { fromTrialModule } from "./trainer.ts";

const eventIntervalMs = 200;

/**
 * Runs one attempt at each trial: log, adapter, result, commit, in this order. Trials that share the process are committed
 * one by one, so that a kill in between loses only those behind it.
 */
export async function trainTrials(
  place: JobPlace,
  trials: readonly TrialToTrain[],
  onEvent: (event: TrialEvent, trialId: string) => void,
): Promise<void> {
  const store = new SweepStore(place.out);
  const { threads, device = "cpu" } = place.resources;
  const runs = trials.map((asked): Run => {
    const spec = store.readSpec(asked.trialId);
    const attempt = attemptOf(store, asked);
    const log = new AttemptLog(attempt.folder, { threads, device });
    const report = throttleEvents(eventIntervalMs, (event) => {
      log.event(event);
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
    await trainAndCommit(store, place, runs);
  } catch (error) {
    endAll(describe(error));
    throw error;
  } finally {
    process.off("exit", onExit);
  }
}

/** One attempt while it runs. */
interface Run {
  readonly spec: TrialSpec;
  readonly attempt: Attempt;
  readonly log: AttemptLog;
  readonly report: (event: TrialEvent) => void;
}

async function trainAndCommit(store: SweepStore, place: JobPlace, runs: readonly Run[]): Promise<void> {
  const specs = runs.map(({ spec }) => spec);
  const reports = runs.map(({ report }) => report);
  const outcomes = await runAll(place, specs, reports);
  for (const [i, { spec, attempt, log }] of runs.entries()) {
    const { result, adapter } = outcomes[i]!;
    // The adapter comes first: a result must never exist without it. Rank 0 has none, and PEFT cannot say "rank 0".
    if (spec.lora.rank > 0 && result.status === "completed")
      writePeftAdapter(join(attempt.folder, "adapter"), adapter);
    const place = commitResult(store, attempt, { ...result, trialId: attempt.trialId });
    log.end({ kind: "committed", place, status: result.status });
  }
}

function describe(error: unknown): string {
  if (isInputError(error)) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

async function runAll(
  { resources, trialModule }: JobPlace,
  specs: readonly TrialSpec[],
  reports: readonly ((event: TrialEvent) => void)[],
): Promise<TrialOutcome[]> {
  if (specs.length === 1) {
    const run = await fromTrialModule(trialModule, "runTrial");
    return [await run(specs[0]!, resources, reports[0]!)];
  }
  const run = await fromTrialModule(trialModule, "runStackedTrials");
  return run(specs, resources, (trial, event) => reports[trial]!(event));
}

function attemptOf(store: SweepStore, { trialId, attempt }: TrialToTrain): Attempt {
  if (attempt === undefined) return store.claimAttempt(trialId);
  const claimed = store.attempts(trialId).find(({ number }) => number === attempt);
  if (claimed !== undefined) return claimed;
  throw new InputError("E_ATTEMPT", `attempt must be a claimed number, got ${attempt} of trial ${trialId}`);
}
