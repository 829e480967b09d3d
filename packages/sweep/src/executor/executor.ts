import type { ProgressEvent } from "../plan/events.ts";
import type { JobPlace, Work } from "../plan/job.ts";

/**
 * Executor: runs a sweep's jobs (training, evaluation) in processes, here or elsewhere. It need not retry: the sweep
 * submits again what the results folder lacks.
 */
export interface Executor {
  /** Most jobs submitted and not yet ended; the sweep holds back the others. */
  readonly capacity: number;
  submit(work: Work, onEvent: (event: WorkEvent) => void): Submission;
  /** Releases connections and timers; work elsewhere goes on. */
  close?(): Promise<void>;
}

export interface ExecutorOptions {
  readonly trialsAtOnce: number;
}

export type StartExecutor = (place: JobPlace, options: ExecutorOptions) => Executor | Promise<Executor>;

export interface Submission {
  /** Settles when the process has ended; never rejects. */
  readonly ended: Promise<WorkEnd>;
  cancel(how: "stop" | "kill"): void;
}

/** Process end, whether or not the work is done. */
export interface WorkEnd {
  /** Reason for the process's end, with its last output lines. */
  readonly reason: string;
  /** False where a retry would fail again, such as for wrong input. */
  readonly mayRetry: boolean;
}

/** Trial event during a job: start, or progress from the process. */
export type WorkEvent = { readonly trialId: string } & (
  | { readonly kind: "started"; readonly attempt: number }
  | { readonly kind: "progress"; readonly event: ProgressEvent }
);
