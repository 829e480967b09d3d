import type { OpenDevice } from "@lorank/graph/devices";
import type { StartExecutor } from "@lorank/sweep/executor";
import type { SettingsOf } from "../settings/table.ts";

type Settings = SettingsOf<"sweep">;

/** Device of the trials: chosen and tested, or the one that will be. */
export interface TrialDevice {
  readonly chose: OpenDevice["chose"] | undefined;
  readonly why: string;
}

/** An executor: the place where the processes of a sweep run. Its flags and its words stand in `settings/executors.ts`. */
export interface ExecutorRow {
  /** Flags of other executors that it refuses, and words on what to use. */
  readonly refuses?: { readonly keys: readonly (keyof Settings)[]; readonly instead: string };
  /** Undefined: as the run options have it. `say` gets the executor's messages. */
  start(
    settings: Settings,
    say: (message: string) => void,
  ): StartExecutor | undefined | Promise<StartExecutor>;
  /** Trials side by side, of so many; undefined: as the run options have it. */
  sideBySide(settings: Settings, trials: number): number | undefined;
  /** Device of its processes, where this machine's devices say nothing about it. */
  device?(name: NonNullable<Settings["device"]>): TrialDevice;
  /** Text for a scheduler, which a dry run shows. */
  preview?(settings: Settings, run: PreviewedRun): Preview;
  /** Remarks of `--print-config`. */
  remarks?(): readonly string[];
  /**
   * The queue in which a scheduler may have jobs of a results folder; undefined where it has none. `redis` is the address of
   * the queue's server.
   */
  queueOf?(
    out: string,
    redis: string | undefined,
  ): SchedulerQueue | undefined | Promise<SchedulerQueue | undefined>;
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
