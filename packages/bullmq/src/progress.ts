import type { WorkEvent } from "@lorank/sweep/executor";

/** What a running job says of itself, whole each time: any one may be missed. */
export interface JobProgress {
  /** The machine that runs it. */
  readonly node: string;
  /** The attempt at each of its trials. */
  readonly attempts: Readonly<Record<string, number>>;
  /** The last thing that happened. */
  readonly last?: Extract<WorkEvent, { kind: "progress" }>;
}

/** The progress of a job after another event. */
export function withEvent(progress: JobProgress, event: WorkEvent): JobProgress {
  if (event.kind === "progress") return { ...progress, last: event };
  return { ...progress, attempts: { ...progress.attempts, [event.trialId]: event.attempt } };
}

/** Turns what a job says of itself back into events: each attempt's start once, and what happened since. */
export function eventsOf(onEvent: (event: WorkEvent) => void): (progress: unknown) => void {
  const started = new Map<string, number>();
  return (progress) => {
    if (!isJobProgress(progress)) return;
    for (const [trialId, attempt] of Object.entries(progress.attempts)) {
      if (started.get(trialId) === attempt) continue;
      started.set(trialId, attempt);
      onEvent({ kind: "started", trialId, attempt });
    }
    if (progress.last !== undefined && started.has(progress.last.trialId)) onEvent(progress.last);
  };
}

/** BullMQ's progress of a job that has not begun is a number. */
export function isJobProgress(progress: unknown): progress is JobProgress {
  return typeof progress === "object" && progress !== null && "attempts" in progress;
}
