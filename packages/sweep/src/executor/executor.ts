import type { ProgressEvent } from "../plan/events.ts";
import type { JobPlace, Work } from "../plan/job.ts";

/**
 * Runs work in processes, on this machine or elsewhere. The results folder alone says what is done: an executor says only
 * how a process ended, and whoever submits the work looks into the folder. What is lost is submitted again, so that an
 * executor need not try anything twice.
 */
export interface Executor {
  /** Work that it takes at once. */
  readonly capacity: number;
  /** Starts a process for the work. What it reports on its way goes to `onEvent`. */
  submit(work: Work, onEvent: (event: WorkEvent) => void): Submission;
  /** Gives back connections and timers. What runs elsewhere goes on. (default: there is nothing to give back) */
  close?(): Promise<void>;
}

/** The part of a run's options that every executor needs. */
export interface ExecutorOptions {
  /** Processes side by side. */
  readonly trialsAtOnce: number;
}

/** Makes an executor for the jobs of one results folder. */
export type StartExecutor = (place: JobPlace, options: ExecutorOptions) => Executor | Promise<Executor>;

/** Work that has been handed over. */
export interface Submission {
  /** Settles when the process has ended; never rejects. */
  readonly ended: Promise<WorkEnd>;
  /** Asks the process to end, or kills it. */
  cancel(how: "stop" | "kill"): void;
}

/** The end of a process. It does not tell whether the work is done. */
export interface WorkEnd {
  /** In a sentence, with the last lines that it printed. */
  readonly reason: string;
  /** False where the input is wrong: it will be wrong again. */
  readonly mayRetry: boolean;
}

/** An event of a trial, from the process that trains it. */
export type WorkEvent = { readonly trialId: string } & (
  | { readonly kind: "started"; readonly attempt: number }
  | { readonly kind: "progress"; readonly event: ProgressEvent }
);
