import type { StopSignals } from "@lorank/sweep";
import { exitCode } from "../exit-codes.ts";

/** How the user asks a run to end: the first Ctrl-C, or SIGTERM, stops it so that it can be resumed; the second kills. */
export interface Interrupts {
  readonly signals: StopSignals;
  /** Listens from now on. `onStop` is called once, for the words that go with it. */
  listen(onStop: (signal: "SIGINT" | "SIGTERM") => void): void;
  /** What to exit with if a signal came; undefined if none did. */
  code(): number | undefined;
  /** Gives the signals back. */
  release(): void;
}

/** Listens to SIGINT and SIGTERM when it is told to. */
export function createInterrupts(): Interrupts {
  const stop = new AbortController();
  const kill = new AbortController();
  let code: number | undefined;
  let say: (signal: "SIGINT" | "SIGTERM") => void = () => {};
  const interrupt = (): void => {
    if (stop.signal.aborted) {
      code = exitCode.killed;
      kill.abort();
      return;
    }
    code = exitCode.interrupted;
    say("SIGINT");
    stop.abort();
  };
  const terminate = (): void => {
    code = exitCode.terminated;
    if (!stop.signal.aborted) say("SIGTERM");
    stop.abort();
  };
  return {
    signals: { stop: stop.signal, kill: kill.signal },
    listen: (onStop) => {
      say = onStop;
      process.on("SIGINT", interrupt);
      process.on("SIGTERM", terminate);
    },
    code: () => code,
    release: () => {
      process.off("SIGINT", interrupt);
      process.off("SIGTERM", terminate);
    },
  };
}
