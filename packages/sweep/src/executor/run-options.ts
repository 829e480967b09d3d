import { availableParallelism } from "node:os";
import { assertOptions, InputError, type OptionNames } from "@lorank/core";
import type { CheckpointOptions, TrialResources } from "@lorank/train";
import { isProcessor } from "@lorank/train/defaults";
import { brokenRules } from "@lorank/train/spec";
import { sweepDefaults } from "../defaults.ts";
import type { ProgressReporter } from "../plan/events.ts";
import type { StartExecutor } from "./executor.ts";
import { localExecutor } from "./local-executor.ts";

/** Signals that end a run early. Nothing that is done is lost by either, and the run can be resumed. */
export interface StopSignals {
  /** Starts nothing new and ends running processes, which are killed after 5 seconds. */
  readonly stop?: AbortSignal | undefined;
  /** Running processes are killed. */
  readonly kill?: AbortSignal | undefined;
  /** Trials that are not started, or are ended, while the others go on. (default: none) */
  readonly leftOut?: LeftOut | undefined;
}

/** Trials, by id, that a user has cancelled. They become more while the run goes on. */
interface LeftOut {
  has(trialId: string): boolean;
  /** Calls the listener when there are more. Returns what ends that. */
  onChange(listener: () => void): () => void;
}

/**
 * Options for executing a run's processes, made once by {@link runOptions} and passed on unchanged. None of them is in
 * a trial's spec. A device changes results by rounding only; the rest changes times alone.
 */
export interface RunOptions extends Pick<TrialResources, "recompute"> {
  /** Threads of each process. (default 1) */
  readonly threads: number;
  /** Device of every process. The caller has tested it, with `openDevice` of @lorank/graph. (default "cpu") */
  readonly device: NonNullable<TrialResources["device"]>;
  /** Processes side by side. (default: as many as the cores have room for; 1 on another device than the CPU) */
  readonly trialsAtOnce: number;
  /** Starts of one trial, or of one evaluation, in this run before it counts as failed. (default 3) */
  readonly maxAttempts: number;
  /** No further trials of a method are started that would end later than this after the start. (default: no limit) */
  readonly maxSeconds?: number | undefined;
  /** Runs the processes. (default: on this machine) */
  readonly executor: StartExecutor;
  /**
   * Interval at which a trial of this engine saves a checkpoint, to go on from after a stop or a kill. (default: every
   * 5 minutes)
   */
  readonly checkpointEvery: CheckpointOptions["every"];
  /** (default: nothing ends the run) */
  readonly signals: StopSignals;
  /** Receives the events of the run. (default: none) */
  readonly reporter: ProgressReporter;
}

/** Some of the options; the others take their defaults. */
export type AskedRunOptions = { readonly [Key in keyof RunOptions]?: RunOptions[Key] | undefined };

/** Names of {@link AskedRunOptions}, to check what a caller wrote. */
export const runOptionNames: OptionNames<AskedRunOptions> = {
  threads: false,
  device: false,
  recompute: false,
  trialsAtOnce: false,
  maxAttempts: false,
  maxSeconds: false,
  executor: false,
  checkpointEvery: false,
  signals: false,
  reporter: false,
};

/** Fills in the defaults. Throws InputError `E_RUN_OPTIONS` with every option that is wrong, one a line. */
export function runOptions(options: AskedRunOptions = {}): RunOptions {
  assertOptions(options, "the run options", runOptionNames);
  const { threads = sweepDefaults.threads, device = sweepDefaults.device } = options;
  const {
    // Processes share the cores; another device than the processor takes one after the other.
    trialsAtOnce = isProcessor(device) ? Math.max(1, Math.floor(availableParallelism() / threads)) : 1,
    maxAttempts = sweepDefaults.maxAttempts,
    checkpointEvery = sweepDefaults.checkpointEvery,
    executor = localExecutor,
    signals = {},
    reporter = { report: () => {} },
    recompute,
    maxSeconds,
  } = options;
  const counts = { trialsAtOnce, threads, maxAttempts };
  const problems = brokenRules(
    (must) => {
      for (const [field, value] of Object.entries(counts)) must.count(field, value);
      must(maxSeconds === undefined || maxSeconds > 0, "maxSeconds", "a positive number", maxSeconds);
      must(typeof executor === "function", "executor", "a function, such as localExecutor", typeof executor);
      must(typeof reporter?.report === "function", "reporter.report", "a function", typeof reporter?.report);
    },
    { checkpointEvery },
  );
  if (problems.length > 0) throw new InputError("E_RUN_OPTIONS", problems.join("\n"));
  return { ...counts, device, recompute, maxSeconds, checkpointEvery, executor, signals, reporter };
}

/** True when a signal has ended the run. */
export function isStopping({ stop, kill }: StopSignals): boolean {
  return stop?.aborted === true || kill?.aborted === true;
}
