import type { OpenDevice } from "@lorank/graph/devices";
import type { StartExecutor } from "@lorank/sweep/executor";
import type { Setting } from "../flags/setting.ts";

/** Settings of a sweep that every executor may read, beside its own. */
export interface ExecutorSettings {
  readonly out?: string | undefined;
  readonly jobs?: number | undefined;
  readonly devices?: readonly string[] | undefined;
}

/** Device of the trials: chosen and tested, or the one that will be. */
export interface TrialDevice {
  readonly chose: OpenDevice["chose"] | undefined;
  readonly why: string;
}

/** A place where the processes of a sweep run. Help loads it, so that it imports what it needs when it starts. */
export interface Executor<Own = never> {
  /** The name for `--executor`. */
  readonly name: string;
  /** The place, in words of help. */
  readonly place: string;
  /** Settings of a sweep that it brings. */
  readonly settings: readonly (Setting & { readonly commands: readonly ["sweep"] })[];
  /** Flags of other executors that it refuses, and words on what to use. */
  readonly refuses?: { readonly keys: readonly string[]; readonly instead: string };
  /** Undefined: as the run options have it. `say` gets the executor's messages. */
  start(settings: ExecutorSettings & Own, say: (message: string) => void): Promise<StartExecutor | undefined>;
  /** Trials side by side, of so many; undefined: as the run options have it. */
  sideBySide(settings: ExecutorSettings & Own, trials: number): number | undefined;
  /** Device of its processes, where this machine's devices say nothing about it. */
  device?(name: OpenDevice["chose"] | "auto"): TrialDevice;
  /** Text for a scheduler, which a dry run shows. */
  preview?(settings: ExecutorSettings & Own, run: PreviewedRun): Promise<Preview>;
  /** Remarks of `--print-config`. */
  remarks?(): readonly string[];
  /**
   * The queue in which a scheduler may have jobs of a results folder; undefined where it has none.
   *
   * @param redis address of the queue's server, where one is known.
   */
  queue?(out: string, redis: string | undefined): Promise<SchedulerQueue | undefined>;
}

export interface PreviewedRun {
  readonly out: string;
  readonly trials: number;
  readonly threads?: number | undefined;
}

/** A command and its script, as a dry run shows them. */
export interface Preview {
  readonly command: string;
  readonly script: string;
}

/** Jobs of a results folder in the queue of a scheduler. */
export interface SchedulerQueue {
  /** `signal` ends a question that is answered slowly or never. */
  jobs(signal?: AbortSignal): Promise<readonly SchedulerJob[]>;
  /** Cancels the jobs of these trials (default: of all), and returns them as they were before. */
  cancel(trialIds?: readonly string[]): Promise<readonly SchedulerJob[]>;
}

/** A piece of a sweep's work in the queue of a scheduler, which may know more of it than the folder does. */
export interface SchedulerJob {
  /** The trial that it is about. */
  readonly trialId: string;
  readonly jobId: string;
  readonly state: string;
  readonly node?: string;
  /** The scheduler's own reason for the state. */
  readonly reason?: string;
  /** Until its time limit. */
  readonly secondsLeft?: number;
  /** An obstacle that keeps it from running, and the command that frees it. */
  readonly advice?: { readonly words: string; readonly command?: string };
}
