import { clearCancelRequest, readCancelRequest } from "../store/cancel-file.ts";
import type { StopSignals } from "./run-options.ts";

const lookMs = 1_000;

/** Signals that also heed what is asked in a results folder. */
export interface WatchedSignals {
  readonly signals: StopSignals;
  /** Looks no more. */
  release(): void;
}

/**
 * Looks once a second whether somebody asks for the run in the folder `out` to end, or for trials to be left out of it. What was
 * asked of an earlier run is forgotten. Call it under the folder's lease.
 */
export function watchCancel(out: string, signals: StopSignals): WatchedSignals {
  clearCancelRequest(out);
  const stop = new AbortController();
  const listeners = new Set<() => void>();
  let trials = new Set<string>();
  const timer = setInterval(() => {
    const request = readCancelRequest(out);
    if (request.all) stop.abort();
    if (request.trials.length <= trials.size) return;
    trials = new Set(request.trials);
    for (const listener of listeners) listener();
  }, lookMs);
  timer.unref();
  return {
    signals: {
      ...signals,
      stop: AbortSignal.any([stop.signal, ...(signals.stop ? [signals.stop] : [])]),
      leftOut: {
        has: (id) => trials.has(id),
        onChange(listener) {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      },
    },
    release: () => clearInterval(timer),
  };
}
