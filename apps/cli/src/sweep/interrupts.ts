import { exitCode } from "../exit-codes.ts";

/** How the user asked the sweep to stop. */
export interface Interrupts {
  /** The first Ctrl-C, or SIGTERM: stop in a way that can be resumed. */
  readonly stop: AbortSignal;
  /** The second Ctrl-C: at once. */
  readonly kill: AbortSignal;
  /** What to exit with if a signal came; undefined if none did. */
  code(): number | undefined;
  /** Gives the signals back. */
  release(): void;
}

/** Listens to SIGINT and SIGTERM. `onStop` is called once, for the words that go with it. */
export function listenForInterrupts(onStop: (signal: "SIGINT" | "SIGTERM") => void): Interrupts {
  const stop = new AbortController();
  const kill = new AbortController();
  let code: number | undefined;
  const interrupt = (): void => {
    if (stop.signal.aborted) {
      code = exitCode.killed;
      kill.abort();
      return;
    }
    code = exitCode.interrupted;
    onStop("SIGINT");
    stop.abort();
  };
  const terminate = (): void => {
    code = exitCode.terminated;
    if (!stop.signal.aborted) onStop("SIGTERM");
    stop.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", terminate);
  return {
    stop: stop.signal,
    kill: kill.signal,
    code: () => code,
    release: () => {
      process.off("SIGINT", interrupt);
      process.off("SIGTERM", terminate);
    },
  };
}
