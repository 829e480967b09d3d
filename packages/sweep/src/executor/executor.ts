import type { ProgressEvent } from "../plan/events.ts";
import type { JobPlace, Work } from "../plan/job.ts";

/**
 * Runs work in processes, here or elsewhere. An executor says how a process ended; only the results folder tells what
 * is done. Lost work is submitted again by the caller, so an executor need not retry.
 */
export interface Executor {
  /** Pieces of work that may be submitted at once. */
  readonly capacity: number;
  /** Starts a process for the work. */
  submit(work: Work, onEvent: (event: WorkEvent) => void): Submission;
  /** Releases connections and timers; work elsewhere goes on. */
  close?(): Promise<void>;
}

/** Options that every executor needs. */
export interface ExecutorOptions {
  /** Processes side by side. */
  readonly trialsAtOnce: number;
}

/** Makes an executor for the jobs of a results folder. */
export type StartExecutor = (place: JobPlace, options: ExecutorOptions) => Executor | Promise<Executor>;

export interface Submission {
  /** Settles when the process has ended; never rejects. */
  readonly ended: Promise<WorkEnd>;
  /** Asks the process to end, or kills it. */
  cancel(how: "stop" | "kill"): void;
}

/** End of a process, whether or not the work is done. */
export interface WorkEnd {
  /** Sentence with the last lines that the process printed. */
  readonly reason: string;
  /** False where the input is wrong: a retry would fail again. */
  readonly mayRetry: boolean;
}

/** Event of a trial, from the process that trains it. */
export type WorkEvent = { readonly trialId: string } & (
  | { readonly kind: "started"; readonly attempt: number }
  | { readonly kind: "progress"; readonly event: ProgressEvent }
);
