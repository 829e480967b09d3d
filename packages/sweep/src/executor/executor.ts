import type { ProgressEvent } from "../plan/events.ts";
import type { JobPlace, Work } from "../plan/job.ts";

/**
 * Executor: runs work in processes, here or elsewhere. Only the results folder tells what is done; the sweep submits
 * lost work again, so an executor need not retry.
 */
export interface Executor {
  /** Capacity: how many pieces of work may be submitted at once. */
  readonly capacity: number;
  submit(work: Work, onEvent: (event: WorkEvent) => void): Submission;
  /** Releases connections and timers; work elsewhere goes on. */
  close?(): Promise<void>;
}

export interface ExecutorOptions {
  readonly trialsAtOnce: number;
}

/** Starts an executor for a results folder's jobs. */
export type StartExecutor = (place: JobPlace, options: ExecutorOptions) => Executor | Promise<Executor>;

export interface Submission {
  /** Settles when the process has ended; never rejects. */
  readonly ended: Promise<WorkEnd>;
  cancel(how: "stop" | "kill"): void;
}

/** Process end, whether or not the work is done. */
export interface WorkEnd {
  /** Reason in a sentence, with the last output lines. */
  readonly reason: string;
  /** False where a retry would fail again, such as for wrong input. */
  readonly mayRetry: boolean;
}

/** Trial event, sent by the trial's process. */
export type WorkEvent = { readonly trialId: string } & (
  | { readonly kind: "started"; readonly attempt: number }
  | { readonly kind: "progress"; readonly event: ProgressEvent }
);
