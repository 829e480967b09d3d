import type { StopSignals } from "@lorank/sweep";
import { exitCode } from "../exit-code.ts";

/**
 * Exit codes by signal that stops a sweep. SIGUSR1, Slurm's warning before a time limit, would start Node's debugger.
 * SIGHUP: no terminal.
 */
const stopCodes = {
  SIGINT: exitCode.interrupted,
  SIGUSR1: exitCode.interrupted,
  SIGTERM: exitCode.terminated,
  SIGHUP: exitCode.hungUp,
} as const;

export type StopSignal = keyof typeof stopCodes;

export function stopWords(signal: StopSignal): string {
  return signal === "SIGINT"
    ? "Stopping; what is done stays. Press Ctrl-C again to end at once."
    : "Asked to end; what is done stays.";
}

/** Interrupts of a run: the first signal stops it resumably; a second Ctrl-C kills. */
export interface Interrupts {
  readonly signals: StopSignals;
  /** Starts listening; `onStop` is called once. */
  listen(onStop: (signal: StopSignal) => void): void;
  /** Exit code by the received signal; undefined without one. */
  code(): number | undefined;
  /** Restores the signals' former handling. */
  release(): void;
}

export function createInterrupts(): Interrupts {
  const stop = new AbortController();
  const kill = new AbortController();
  let code: number | undefined;
  let say: (signal: StopSignal) => void = () => {};
  const onSignal = (signal: StopSignal): void => {
    if (signal === "SIGINT" && stop.signal.aborted) {
      code = exitCode.killed;
      kill.abort();
      return;
    }
    code = stopCodes[signal];
    if (!stop.signal.aborted) say(signal);
    stop.abort();
  };
  const signals = Object.keys(stopCodes) as StopSignal[];
  return {
    signals: { stop: stop.signal, kill: kill.signal },
    listen: (onStop) => {
      say = onStop;
      for (const signal of signals) process.on(signal, onSignal);
    },
    code: () => code,
    release: () => {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
