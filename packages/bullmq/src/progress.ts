import type { WorkEvent } from "@lorank/sweep/executor";
import { isJobProgress, type JobProgress } from "./messages.ts";

/** The progress of a job after another event. */
export function withEvent(progress: JobProgress, event: WorkEvent): JobProgress {
  return event.kind === "progress"
    ? { ...progress, last: event.event }
    : { ...progress, attempt: event.attempt };
}

/** Turns what the job of a trial says of itself back into events: each attempt's start once, and what happened since. */
export function eventsOf(trialId: string, onEvent: (event: WorkEvent) => void): (progress: unknown) => void {
  let started: number | undefined;
  return (progress) => {
    if (!isJobProgress(progress)) return;
    const { attempt, last } = progress;
    if (attempt === undefined) return;
    if (started !== attempt) onEvent({ kind: "started", trialId, attempt });
    started = attempt;
    if (last === undefined) return;
    const event = last.kind === "step" ? { ...last, loss: last.loss ?? Number.NaN } : last;
    onEvent({ kind: "progress", trialId, event });
  };
}
