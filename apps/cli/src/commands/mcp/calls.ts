import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ToolAnswer } from "@lorank/mcp";
import type { ToolCall } from "./answer.ts";

interface CallOptions {
  /** Starts a process that answers one message after the other. (default: {@link startCallProcess}) */
  readonly start?: () => ChildProcess;
  /** Longest time of a call. A model on the hub may take minutes to fetch. (default: 600) */
  readonly limitSeconds?: number;
  /** Calls at a time, each of which may take the memory of a whole command. (default: 4) */
  readonly most?: number;
}

export interface Calls {
  /** Answers a call in a process of its own, which is killed when `signal` fires or the time is over. */
  readonly answer: (call: ToolCall, signal: AbortSignal) => Promise<ToolAnswer>;
  /** Kills all processes. */
  readonly close: () => void;
}

/**
 * Processes in which tools are called. A thread would not do: none can be ended while it waits for the file system. One
 * process always waits for the next call, from now on: to start one takes longer than most calls.
 */
export function callProcesses({
  start = startCallProcess,
  limitSeconds = 600,
  most = 4,
}: CallOptions = {}): Calls {
  const busy = new Set<ChildProcess>();
  const starting = (): ChildProcess => withoutListeners(start());
  let idle: ChildProcess | undefined = starting();

  const take = (): ChildProcess => {
    const child = idle?.connected === true ? idle : starting();
    idle = undefined;
    busy.add(child);
    return child;
  };
  const giveBack = (child: ChildProcess): void => {
    busy.delete(child);
    withoutListeners(child);
    if (idle === undefined && child.connected) idle = child;
    else child.kill("SIGKILL");
  };

  const answer: Calls["answer"] = async (call, signal) => {
    if (signal.aborted) return refusal("the call was cancelled");
    if (busy.size >= most)
      return refusal(`calls must be at most ${most} at a time, got another: wait for an answer`);
    const child = take();
    const end = (got: string): ToolAnswer => {
      busy.delete(child); // now, so that a call right behind the cancellation is not one too many
      child.kill("SIGKILL");
      if (child.connected) child.disconnect();
      return refusal(`${call.tool} must come to an end, got ${got}`);
    };
    const waiting = new AbortController();
    try {
      return await new Promise<ToolAnswer>((resolve) => {
        const timer = setTimeout(
          () => resolve(end(`no answer within ${limitSeconds} s`)),
          1000 * limitSeconds,
        );
        waiting.signal.addEventListener("abort", () => clearTimeout(timer));
        const cancel = (): void => resolve(end("the client's word to stop"));
        signal.addEventListener("abort", cancel, { signal: waiting.signal });
        child.once("message", (message) => resolve(message as ToolAnswer));
        child.once("exit", (code, name) => resolve(end(`the end of its process with ${name ?? code}`)));
        child.once("error", ({ message }) => resolve(end(`the error ${message}`)));
        child.send(call, (error) => error && resolve(end(`the error ${error.message}`)));
      });
    } finally {
      waiting.abort();
      giveBack(child);
    }
  };
  const close = (): void => {
    for (const child of [...busy, ...(idle === undefined ? [] : [idle])]) child.kill("SIGKILL");
    idle = undefined;
  };
  return { answer, close };
}

/** A call that did not come to its end, for no fault of its arguments. */
function refusal(message: string): ToolAnswer {
  return { error: { code: "E_CALL", message } };
}

/** Node listens on a child too. An error outside a call, of a process that could not be started, shows in the next one. */
function withoutListeners(child: ChildProcess): ChildProcess {
  for (const event of ["message", "exit", "error"]) child.removeAllListeners(event);
  return child.on("error", () => {});
}

/** Standard input and output are the client's, and what a call prints is lost. */
function startCallProcess(): ChildProcess {
  const path = import.meta.url.endsWith(".ts") ? "../../call-process.ts" : "./call-process.js";
  return fork(fileURLToPath(new URL(path, import.meta.url)), [], {
    // A debugger's port can be one process's alone.
    execArgv: process.execArgv.filter((option) => !option.startsWith("--inspect")),
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
}
