import type { OpenDevice } from "@lorank/graph/devices";
import type { StartExecutor } from "@lorank/sweep/executor";
import type { Setting } from "../flags/setting.ts";

export interface ExecutorSettings {
  readonly out?: string | undefined;
  readonly jobs?: number | undefined;
  readonly devices?: readonly string[] | undefined;
}

/** Device that trials will use: tested here, or expected on another machine. */
export interface TrialDevice {
  readonly chose: OpenDevice["chose"] | undefined;
  readonly why: string;
}

/** Executor: where trials run (here, Slurm, a queue), with its flags. */
export interface Executor<Own = never> {
  readonly name: string;
  /** Place where trials run, in words for help. */
  readonly place: string;
  /** Settings (flags) that the executor adds to `sweep`. */
  readonly settings: readonly Setting[];
  /** Flags refused by the executor, and what to use instead. */
  readonly refuses?: { readonly keys: readonly string[]; readonly instead: string };
  /**
   * Prepares @lorank/sweep's executor; undefined for its default, child processes on this machine. `say` receives the
   * executor's messages.
   */
  start(settings: ExecutorSettings & Own, say: (message: string) => void): Promise<StartExecutor | undefined>;
  /** Number of trials that run at once, out of `trials`; undefined for @lorank/sweep's default. */
  sideBySide(settings: ExecutorSettings & Own, trials: number): number | undefined;
  /** Device for the trials, if they may run on another machine. */
  device?(name: OpenDevice["chose"] | "auto"): TrialDevice;
  preview?(settings: ExecutorSettings & Own, run: PreviewedRun): Promise<Preview>;
  remarks?(): readonly string[];
  /** Scheduler's queue with a results folder's jobs; undefined if there is none. `redis`: server address, if known. */
  queue?(out: string, redis: string | undefined): Promise<SchedulerQueue | undefined>;
}

export interface PreviewedRun {
  readonly out: string;
  readonly trials: number;
  readonly threads?: number | undefined;
}

/** Scheduler's command and script, as shown by a dry run. */
export interface Preview {
  readonly command: string;
  readonly script: string;
}

export interface SchedulerQueue {
  /** Scheduler's queued and running jobs for the folder; `signal` ends a slow query. */
  jobs(signal?: AbortSignal): Promise<readonly SchedulerJob[]>;
  /** Cancels the jobs for these trials (default: all); returns their former states. */
  cancel(trialIds?: readonly string[]): Promise<readonly SchedulerJob[]>;
}

/** Job in a scheduler's queue. A scheduler may know more about the trial than the results folder does. */
export interface SchedulerJob {
  readonly trialId: string;
  readonly jobId: string;
  readonly state: string;
  readonly node?: string;
  /** Scheduler's reason for the state. */
  readonly reason?: string;
  /** Seconds until the scheduler's time limit for the job. */
  readonly secondsLeft?: number;
  /** Obstacle to the job's start, and the command to remove it. */
  readonly advice?: { readonly words: string; readonly command?: string };
}
