import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ToolAnswer } from "@lorank/mcp";
import type { ToolCall } from "./answer.ts";

interface CallOptions {
  /** Starts a process to answer messages in turn. (default: {@link startCallProcess}) */
  readonly start?: () => ChildProcess;
  /** Time limit in seconds per call; fetching a model from the hub may take minutes. (default: 600) */
  readonly limitSeconds?: number;
  /** Most calls at a time; each needs the memory of a whole command. (default: 4) */
  readonly most?: number;
}

export interface Calls {
  /** Answers a call in a separate process, killed when `signal` fires or the time limit is over. */
  readonly answer: (call: ToolCall, signal: AbortSignal) => Promise<ToolAnswer>;
  readonly close: () => void;
}

/**
 * Pool of processes for tool calls, since a thread cannot be ended. An idle process stands ready, because starting
 * takes long.
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
      busy.delete(child); // freed at once: a call right after the cancellation is within the limit
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

function refusal(message: string): ToolAnswer {
  return { error: { code: "E_CALL", message } };
}

/** Drops a child's listeners and ignores its errors: if it failed to start, its next call fails. */
function withoutListeners(child: ChildProcess): ChildProcess {
  for (const event of ["message", "exit", "error"]) child.removeAllListeners(event);
  return child.on("error", () => {});
}

function startCallProcess(): ChildProcess {
  const path = import.meta.url.endsWith(".ts") ? "../../call-process.ts" : "./call-process.js";
  return fork(fileURLToPath(new URL(path, import.meta.url)), [], {
    // Options `--inspect…` are dropped: a debugger's port admits a single process.
    execArgv: process.execArgv.filter((option) => !option.startsWith("--inspect")),
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
}
