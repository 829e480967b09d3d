import { availableParallelism } from "node:os";
import { assertOptions, InputError, type OptionNames } from "@lorank/core";
import type { CheckpointOptions, TrialResources } from "@lorank/train";
import { isProcessor } from "@lorank/train/defaults";
import { brokenRules } from "@lorank/train/spec";
import { sweepDefaults } from "../defaults.ts";
import type { ProgressReporter } from "../plan/events.ts";
import type { StartExecutor } from "./executor.ts";
import { localExecutor } from "./local-executor.ts";

/** Signals that end a run early, to be resumed later. */
export interface StopSignals {
  /** Stop signal: starts nothing new, and ends processes; SIGKILL follows after 5 seconds, for a user's command 65. */
  readonly stop?: AbortSignal | undefined;
  readonly kill?: AbortSignal | undefined;
  /** Trials cancelled by the user: not started, or ended if running. (default: none) */
  readonly leftOut?: LeftOut | undefined;
}

interface LeftOut {
  has(trialId: string): boolean;
  /** Calls the listener when further trials are cancelled. Returns an unsubscriber. */
  onChange(listener: () => void): () => void;
}

/** Options for a run's processes, made by {@link runOptions}. Only the device changes results, by rounding. */
export interface RunOptions extends Pick<TrialResources, "recompute"> {
  /** Threads per process. (default 1) */
  readonly threads: number;
  /** Training device, tested by the caller with `openDevice` from @lorank/graph. (default "cpu") */
  readonly device: NonNullable<TrialResources["device"]>;
  /** Processes that run at once. (default: cores / threads; 1 on a device other than the CPU) */
  readonly trialsAtOnce: number;
  /** Starts of a trial or an evaluation before it counts as failed. (default 3) */
  readonly maxAttempts: number;
  /**
   * Time limit in seconds from the start: a further stage of trials expected to exceed it is not begun. (default: no
   * limit)
   */
  readonly maxSeconds?: number | undefined;
  readonly executor: StartExecutor;
  /** Checkpoint interval, in seconds or steps, for trials @lorank/train runs. (default: every 5 minutes) */
  readonly checkpointEvery: CheckpointOptions["every"];
  readonly signals: StopSignals;
  readonly reporter: ProgressReporter;
}

/** Run options as a caller sets them; {@link runOptions} adds the defaults. */
export type AskedRunOptions = { readonly [Key in keyof RunOptions]?: RunOptions[Key] | undefined };

/** Option names in {@link AskedRunOptions}, to check a caller's. */
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

/** Fills in defaults. Throws InputError `E_RUN_OPTIONS` with every wrong option, one per line. */
export function runOptions(options: AskedRunOptions = {}): RunOptions {
  assertOptions(options, "the run options", runOptionNames);
  const { threads = sweepDefaults.threads, device = sweepDefaults.device } = options;
  const {
    // CPU processes share the cores; any other device takes one at a time.
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

export function isStopping({ stop, kill }: StopSignals): boolean {
  return stop?.aborted === true || kill?.aborted === true;
}
