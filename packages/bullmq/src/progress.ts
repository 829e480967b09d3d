import type { WorkEvent } from "@lorank/sweep/executor";
import { isJobProgress, type JobProgress } from "./messages.ts";

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
    const { last } = progress;
    if (last === undefined || !started.has(last.trialId)) return;
    const { event } = last;
    onEvent(event.kind === "step" ? { ...last, event: { ...event, loss: event.loss ?? Number.NaN } } : last);
  };
}
