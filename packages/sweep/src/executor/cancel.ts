import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readTextFile, writeFileAtomic } from "@lorank/checkpoint/disk";
import type { StopSignals } from "./run-options.ts";

/** Cancel request for trials or the whole sweep, the content of `cancel.json`. */
interface CancelRequest {
  readonly all: boolean;
  readonly trials: readonly string[];
}

export function readCancelRequest(out: string): CancelRequest {
  const file = cancelFile(out);
  if (!existsSync(file)) return { all: false, trials: [] };
  try {
    const { all, trials } = JSON.parse(readTextFile(file)) as Partial<CancelRequest>;
    const ids = Array.isArray(trials) ? trials.filter((id) => typeof id === "string") : [];
    return { all: all === true, trials: ids };
  } catch {
    return { all: false, trials: [] }; // the file was removed meanwhile, or holds no cancel request
  }
}

/** Asks a running sweep, by `cancel.json`, to leave out these trials or to stop. */
export function requestCancel(out: string, trials: readonly string[] | "all"): void {
  const before = readCancelRequest(out);
  const request: CancelRequest = {
    all: before.all || trials === "all",
    trials: [...new Set([...before.trials, ...(trials === "all" ? [] : trials)])],
  };
  writeFileAtomic(cancelFile(out), `${JSON.stringify(request)}\n`);
}

export function clearCancelRequest(out: string): void {
  rmSync(cancelFile(out), { force: true });
}

function cancelFile(out: string): string {
  return join(out, "cancel.json");
}

const lookMs = 1_000;

interface WatchedSignals {
  readonly signals: StopSignals;
  release(): void;
}

/**
 * Adds cancel requests to `signals`, polling `cancel.json` each second; removes an earlier run's. Call it under the
 * folder's lease.
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
