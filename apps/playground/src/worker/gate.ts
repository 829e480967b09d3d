import type { Executable, Runtime } from "@lorank/graph";

/** Longest time for which the worker handles no messages, in milliseconds. */
const LISTEN_EVERY = 40;

/**
 * Gate before every pass through a model, at which the worker handles messages, pauses and stops. A computation's
 * promises settle without letting a message in.
 */
export class Gate {
  readonly #now: () => number;
  #heardAt: number;
  #waiting:
    | { readonly resume: () => void; readonly passed: Promise<void>; readonly since: number }
    | undefined;
  #pausedMs = 0;
  #stop = new AbortController();

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#heardAt = now();
  }

  /** Signal aborted to end the run. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Milliseconds that the run has been paused so far. */
  get pausedMs(): number {
    return this.#pausedMs + (this.#waiting === undefined ? 0 : this.#now() - this.#waiting.since);
  }

  pause(): void {
    if (this.#waiting !== undefined) return;
    let resume = (): void => {};
    const passed = new Promise<void>((resolve) => {
      resume = resolve;
    });
    this.#waiting = { resume, passed, since: this.#now() };
  }

  resume(): void {
    const waited = this.pausedMs;
    this.#waiting?.resume();
    this.#waiting = undefined;
    this.#pausedMs = waited;
  }

  stop(reason: Error): void {
    this.#stop.abort(reason);
    this.resume();
  }

  reset(): void {
    this.#stop = new AbortController();
    this.#pausedMs = 0;
    if (this.#waiting !== undefined) this.#waiting = { ...this.#waiting, since: this.#now() };
  }

  /**
   * Waits while paused, and handles messages.
   *
   * @throws the reason of {@link Gate.stop}.
   */
  async pass(): Promise<void> {
    if (this.#now() - this.#heardAt >= LISTEN_EVERY) {
      await nextTask();
      this.#heardAt = this.#now();
    }
    while (this.#waiting !== undefined) await this.#waiting.passed;
    this.#stop.signal.throwIfAborted();
  }
}

/** Runtime whose programs pass a gate before each run. */
export function gated(runtime: Runtime, gate: Gate): Runtime {
  return {
    ...runtime,
    compile: async (program, options) => {
      const executable = await runtime.compile(program, options);
      const run: Executable["run"] = async (feeds, into) => {
        await gate.pass();
        return executable.run(feeds, into);
      };
      return { ...executable, run };
    },
  };
}

const channel = new MessageChannel();
const wakes: (() => void)[] = [];
channel.port1.onmessage = () => wakes.shift()?.();

/** Resolves in this thread's next task; a timer would wait 4 ms. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    wakes.push(resolve);
    channel.port2.postMessage(undefined);
  });
}
