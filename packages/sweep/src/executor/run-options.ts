import { availableParallelism } from "node:os";
import { InputError } from "@lorank/core";
import type { CheckpointOptions, TrialResources } from "@lorank/train";
import { isCheckpointInterval, isProcessor } from "@lorank/train/defaults";
import { runDefaults } from "../defaults.ts";
import type { ProgressReporter } from "../plan/events.ts";
import type { StartExecutor } from "./executor.ts";
import { localExecutor } from "./local-executor.ts";

/** What ends a run before its end. Nothing that is done is lost by either, and the run can be resumed. */
export interface StopSignals {
  /** Nothing new starts, and running processes are asked to end; they are killed after 5 seconds. */
  readonly stop?: AbortSignal | undefined;
  /** Running processes are killed. */
  readonly kill?: AbortSignal | undefined;
  /** Trials that are not started, or asked to end, while the others go on. (default: none) */
  readonly leftOut?: LeftOut | undefined;
}

/** Trials, by id, that somebody has asked to leave out of a run. They become more while it goes on. */
interface LeftOut {
  has(trialId: string): boolean;
  /** Calls the listener when there are more. Returns what ends that. */
  onChange(listener: () => void): () => void;
}

/**
 * How the processes of a run are executed. Made once by {@link runOptions} and passed on as it is. None of it is in a
 * trial's spec: a device changes results by rounding only; the rest changes times alone.
 */
export interface RunOptions extends Pick<TrialResources, "recompute"> {
  /** Threads of each process. (default 1) */
  readonly threads: number;
  /** What every process computes on. It is not tested here: the caller has, with `openDevice` of @lorank/graph. (default "cpu") */
  readonly device: NonNullable<TrialResources["device"]>;
  /** Processes side by side. (default: as many as the cores have room for; 1 on another device than the CPU) */
  readonly trialsAtOnce: number;
  /** Starts of one trial, or of one evaluation, in this run before it counts as failed. (default 3) */
  readonly maxAttempts: number;
  /** No further trials of a method are started that would end later than this after the start. (default: no limit) */
  readonly maxSeconds?: number | undefined;
  /** Where the processes run. (default: on this machine) */
  readonly executor: StartExecutor;
  /** How often a trial of this engine saves what it has, to go on from there after it was stopped or killed. (default: every 5 minutes) */
  readonly checkpointEvery: CheckpointOptions["every"];
  /** (default: nothing ends the run) */
  readonly signals: StopSignals;
  /** Told what happens. (default: nobody is told) */
  readonly reporter: ProgressReporter;
}

/** Some of the options; the others take their defaults. */
export type AskedRunOptions = { readonly [Key in keyof RunOptions]?: RunOptions[Key] | undefined };

/** Fills in the defaults. Throws InputError `E_RUN_OPTIONS` with every option that is wrong, one a line. */
export function runOptions(asked: AskedRunOptions = {}): RunOptions {
  const { threads = runDefaults.threads, device = runDefaults.device } = asked;
  const {
    trialsAtOnce = placesOn(device, threads),
    maxAttempts = runDefaults.maxAttempts,
    checkpointEvery = runDefaults.checkpointEvery,
    executor = localExecutor,
    signals = {},
    reporter = { report: () => {} },
    recompute,
    maxSeconds,
  } = asked;
  const counts = { trialsAtOnce, threads, maxAttempts };
  const problems = Object.entries(counts)
    .filter(([, value]) => !(Number.isSafeInteger(value) && value > 0))
    .map(([field, value]) => `${field} must be a positive integer, got ${value}`);
  if (maxSeconds !== undefined && !(maxSeconds > 0))
    problems.push(`maxSeconds must be a positive number, got ${maxSeconds}`);
  if (!isCheckpointInterval(checkpointEvery))
    problems.push(
      `checkpointEvery must be off, seconds above 0 or a count of steps, got ${JSON.stringify(checkpointEvery)}`,
    );
  if (problems.length > 0) throw new InputError("E_RUN_OPTIONS", problems.join("\n"));
  return {
    ...counts,
    device,
    recompute,
    maxSeconds,
    checkpointEvery,
    executor,
    signals,
    reporter,
  };
}

/** Processes share the cores; another device than the processor takes one after the other. */
function placesOn(device: RunOptions["device"], threads: number): number {
  return isProcessor(device) ? Math.max(1, Math.floor(availableParallelism() / threads)) : 1;
}

/** Whether a run is to end before its end. */
export function isStopping({ stop, kill }: StopSignals): boolean {
  return stop?.aborted === true || kill?.aborted === true;
}
