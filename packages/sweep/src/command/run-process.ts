import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@lorank/core";
import { identityOf, isRunning, type ProcessIdentity } from "../store/process-identity.ts";
import { readJson } from "../store/store.ts";

/** A command that is asked to end and does not is killed after this time. */
export const commandGraceMs = 60_000;

export interface ProcessToRun {
  readonly command: readonly string[];
  /** Folder that it runs in. */
  readonly folder: string;
  /** Added to this process's environment; what is undefined is taken out of it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where `process.json` goes, which names the process while it runs. */
  readonly attempt: string;
  readonly timeoutSeconds?: number | undefined;
}

/** How a command ended by itself. */
export interface CommandEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly seconds: number;
}

/** The command of this process that runs now, with all processes that it has started. */
let running: { readonly end: (signal: "SIGTERM" | "SIGKILL") => void } | undefined;
let interrupted = false;

/** Asks the command that runs to end, or kills it. False where none runs. */
export function endCommand(signal: "SIGTERM" | "SIGKILL"): boolean {
  interrupted = true;
  running?.end(signal);
  return running !== undefined;
}

/** Whether a command of this process was asked to end from outside. */
export function wasInterrupted(): boolean {
  return interrupted;
}

/**
 * Runs a command without a shell, in a process group of its own. What it prints goes where this process's output goes.
 *
 * @throws InputError `E_TRAINER` where it cannot be started, `E_TIMEOUT` where it takes too long: it is asked to end, and
 *   killed a minute later.
 */
export async function runProcess({
  command: [program = "", ...args],
  folder,
  environment,
  attempt,
  timeoutSeconds,
}: ProcessToRun): Promise<CommandEnd> {
  const start = performance.now();
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "inherit", "inherit"],
    detached: process.platform !== "win32",
  });
  const timers: NodeJS.Timeout[] = [];
  const end = (signal: "SIGTERM" | "SIGKILL"): void => {
    signalGroup(child, signal);
    if (signal === "SIGTERM") timers.push(setTimeout(() => signalGroup(child, "SIGKILL"), commandGraceMs));
  };
  running = { end };
  let isLate = false;
  if (timeoutSeconds !== undefined)
    timers.push(
      setTimeout(() => {
        isLate = true;
        end("SIGTERM");
      }, 1000 * timeoutSeconds),
    );
  try {
    if (child.pid !== undefined)
      writeFileSync(join(attempt, "process.json"), JSON.stringify(identityOf(child.pid)));
    const { code, signal } = await ended(child, program, folder);
    if (isLate)
      throw new InputError(
        "E_TIMEOUT",
        `the command must end within its timeout of ${timeoutSeconds} s, got more`,
      );
    return { code, signal, seconds: (performance.now() - start) / 1000 };
  } finally {
    running = undefined;
    for (const timer of timers) clearTimeout(timer);
  }
}

/** Kills what an earlier attempt has left running on this host, where the process that watched it was killed. */
export function killLeftover(attempt: string): void {
  let identity: ProcessIdentity;
  try {
    identity = readJson(join(attempt, "process.json")) as ProcessIdentity;
  } catch {
    return; // none was started, or it was killed in the act
  }
  if (isRunning(identity) === true) kill(-identity.pid, "SIGKILL");
}

function ended(
  child: ChildProcess,
  program: string,
  folder: string,
): Promise<Pick<CommandEnd, "code" | "signal">> {
  return new Promise((done, fail) => {
    child.once("exit", (code, signal) => done({ code, signal }));
    child.once("error", (cause) =>
      fail(
        new InputError(
          "E_TRAINER",
          `trainer.command must name a program that can be started in ${folder}, got ${program}: ${cause.message}`,
          {
            cause,
          },
        ),
      ),
    );
  });
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid !== undefined) kill(process.platform === "win32" ? pid : -pid, signal);
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
