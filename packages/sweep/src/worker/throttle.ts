import type { ProgressEvent } from "../plan/events.ts";

/**
 * Thins out a trial's events: of steps and of the evaluation at most one in `intervalMs`, but always the first and, where an
 * event says how many there will be, the last. What else happens is rare, and passes.
 */
export function throttleEvents(
  intervalMs: number,
  pass: (event: ProgressEvent) => void,
  now: () => number = performance.now.bind(performance),
): (event: ProgressEvent) => void {
  const lastPass = new Map<ProgressEvent["kind"], number>();
  return (event) => {
    const time = now();
    const last = lastPass.get(event.kind);
    if (last !== undefined && time - last < intervalMs && !isLast(event)) return;
    lastPass.set(event.kind, time);
    pass(event);
  };
}

/** Whether it passes in any case. */
function isLast(event: ProgressEvent): boolean {
  switch (event.kind) {
    case "step":
      return event.steps !== undefined && event.step >= event.steps;
    case "evaluating":
      return event.done >= event.total;
    default:
      return true;
  }
}
