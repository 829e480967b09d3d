import type { TrialEvent } from "@lorank/train";

/**
 * Thins out a trial's events: of each kind at most one in `intervalMs`, but always the first and, where an event says
 * how many there will be, the last.
 */
export function throttleEvents(
  intervalMs: number,
  pass: (event: TrialEvent) => void,
  now: () => number = performance.now.bind(performance),
): (event: TrialEvent) => void {
  const lastPass = new Map<TrialEvent["kind"], number>();
  return (event) => {
    const time = now();
    const last = lastPass.get(event.kind);
    if (last !== undefined && time - last < intervalMs && !isLast(event)) return;
    lastPass.set(event.kind, time);
    pass(event);
  };
}

function isLast(event: TrialEvent): boolean {
  switch (event.kind) {
    case "step":
      return event.step >= event.steps;
    case "evaluating":
      return event.done >= event.total;
  }
}
