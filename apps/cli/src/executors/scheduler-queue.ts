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
