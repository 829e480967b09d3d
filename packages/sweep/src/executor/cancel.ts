import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readTextFile, writeFileAtomic } from "@lorank/checkpoint/files";
import type { StopSignals } from "./run-options.ts";

/** What whoever runs a sweep is asked, from anywhere that sees its folder: `cancel.json`. */
interface CancelRequest {
  /** End, as at Ctrl-C. */
  readonly all: boolean;
  /** Ids of trials to be left out of this run. */
  readonly trials: readonly string[];
}

/** What is asked of the run that goes on, or was asked of the last one. */
export function readCancelRequest(out: string): CancelRequest {
  const file = cancelFile(out);
  if (!existsSync(file)) return { all: false, trials: [] };
  try {
    const { all, trials } = JSON.parse(readTextFile(file)) as Partial<CancelRequest>;
    const ids = Array.isArray(trials) ? trials.filter((id) => typeof id === "string") : [];
    return { all: all === true, trials: ids };
  } catch {
    return { all: false, trials: [] }; // removed in between, or no request of ours
  }
}

/** Asks for these trials to be left out besides those of before, or for the whole run to end. */
export function requestCancel(out: string, trials: readonly string[] | "all"): void {
  const before = readCancelRequest(out);
  const request: CancelRequest = {
    all: before.all || trials === "all",
    trials: [...new Set([...before.trials, ...(trials === "all" ? [] : trials)])],
  };
  writeFileAtomic(cancelFile(out), `${JSON.stringify(request)}\n`);
}

/** A run that begins has been asked nothing. */
export function clearCancelRequest(out: string): void {
  rmSync(cancelFile(out), { force: true });
}

function cancelFile(out: string): string {
  return join(out, "cancel.json");
}

const lookMs = 1_000;

/** Signals that also heed what is asked in a results folder. */
interface WatchedSignals {
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
