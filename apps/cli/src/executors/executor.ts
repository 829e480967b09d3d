import type { OpenDevice } from "@lorank/graph/devices";
import type { StartExecutor } from "@lorank/sweep/executor";
import type { Setting } from "../flags/setting.ts";

export interface ExecutorSettings {
  readonly out?: string | undefined;
  readonly jobs?: number | undefined;
  readonly devices?: readonly string[] | undefined;
}

/** Device of the trials: tested, or expected. */
export interface TrialDevice {
  readonly chose: OpenDevice["chose"] | undefined;
  readonly why: string;
}

/** Place where a sweep's processes run. Help loads executors, so imports happen at the start. */
export interface Executor<Own = never> {
  readonly name: string;
  /** Place in words of help, after "where trials run:". */
  readonly place: string;
  /** Settings of `sweep` that it brings. */
  readonly settings: readonly Setting[];
  /** Flags of other executors that are refused, and advice. */
  readonly refuses?: { readonly keys: readonly string[]; readonly instead: string };
  /** Undefined: as the run options have it. `say` gets the executor's messages. */
  start(settings: ExecutorSettings & Own, say: (message: string) => void): Promise<StartExecutor | undefined>;
  /** Trials at once, of `trials`; undefined: as the run options have it. */
  sideBySide(settings: ExecutorSettings & Own, trials: number): number | undefined;
  /** Device of the processes, where this machine's devices do not decide it. */
  device?(name: OpenDevice["chose"] | "auto"): TrialDevice;
  /** Text for a scheduler, which a dry run shows. */
  preview?(settings: ExecutorSettings & Own, run: PreviewedRun): Promise<Preview>;
  /** Remarks of `--print-config`. */
  remarks?(): readonly string[];
  /** Queue with a folder's jobs; undefined where the executor has none. `redis`: server's address, if known. */
  queue?(out: string, redis: string | undefined): Promise<SchedulerQueue | undefined>;
}

export interface PreviewedRun {
  readonly out: string;
  readonly trials: number;
  readonly threads?: number | undefined;
}

/** Scheduler's command and script, as a dry run shows them. */
export interface Preview {
  readonly command: string;
  readonly script: string;
}

export interface SchedulerQueue {
  /** `signal` ends a slow query. */
  jobs(signal?: AbortSignal): Promise<readonly SchedulerJob[]>;
  /** Cancels jobs of these trials (default: all); returns them as they were before. */
  cancel(trialIds?: readonly string[]): Promise<readonly SchedulerJob[]>;
}

/** A piece of a sweep's work in the queue of a scheduler, which may know more of it than the folder does. */
export interface SchedulerJob {
  readonly trialId: string;
  readonly jobId: string;
  readonly state: string;
  readonly node?: string;
  /** Scheduler's own reason for the state. */
  readonly reason?: string;
  /** Seconds until the time limit. */
  readonly secondsLeft?: number;
  /** An obstacle that keeps it from running, and the command that frees it. */
  readonly advice?: { readonly words: string; readonly command?: string };
}
