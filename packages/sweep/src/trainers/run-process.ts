import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@lorank/core";
import { ownEnvironment } from "../child-environment.ts";
import { readJson } from "../store/files.ts";
import { identityOf, isRunning, ownIdentity, type ProcessIdentity } from "../store/process-identity.ts";

/** Milliseconds from a stop request to SIGKILL, for a user's command. */
export const commandGraceMs = 60_000;

export interface ProcessToRun {
  readonly setting: "command" | "evaluate";
  readonly command: readonly string[];
  readonly folder: string;
  /** Environment variables added to this process's for the command; undefined removes a variable. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly attempt: string;
  /** Time limit in seconds for the command. (default: no limit) */
  readonly timeoutSeconds?: number | undefined;
  /** Milliseconds from a stop request to SIGKILL. (default {@link commandGraceMs}) */
  readonly graceMs?: number;
}

export interface CommandEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly seconds: number;
}

/** Failure of a user's command, whose output says why; another attempt may help. */
export class CommandError extends Error {}

/** Running user's command and the worker process that watches it, the content of `process.json`. */
interface WatchedProcess extends ProcessIdentity {
  readonly watchedBy: ProcessIdentity;
  /** Value of {@link markVariable} in the environment of the command and descendants. Absent in earlier versions. */
  readonly mark?: string;
}

let running: { readonly end: (signal: "SIGTERM" | "SIGKILL") => void } | undefined;
let interrupted = false;

/** Longest delay of a Node timer, in milliseconds: 24.8 days. */
const longestTimerMs = 2 ** 31 - 1;

/** Ends the running user's command, and lets no further start. False if none runs. */
export function endCommand(signal: "SIGTERM" | "SIGKILL"): boolean {
  interrupted = true;
  running?.end(signal);
  return running !== undefined;
}

export function wasInterrupted(): boolean {
  return interrupted;
}

/**
 * Runs a user's command without a shell, in a new process group. Descendants left at the end are killed, on Linux in
 * other sessions too.
 *
 * @throws InputError `E_TRAINER` where it cannot be started, `E_TIMEOUT` where it takes too long: SIGTERM, and a minute
 * later SIGKILL. CommandError where a signal from outside ended it.
 */
export async function runProcess(task: ProcessToRun): Promise<CommandEnd> {
  const { attempt, setting, timeoutSeconds, graceMs = commandGraceMs } = task;
  if (interrupted) throw new CommandError(interruptedWords);
  const start = performance.now();
  const mark = newMark();
  const { child, ended } = started(task, mark);
  const timers: NodeJS.Timeout[] = [];
  const end = (signal: "SIGTERM" | "SIGKILL"): void => {
    signalAll(child, mark, signal);
    if (signal === "SIGTERM") timers.push(setTimeout(() => signalAll(child, mark, "SIGKILL"), graceMs));
  };
  running = { end };
  let isLate = false;
  if (timeoutSeconds !== undefined && 1000 * timeoutSeconds <= longestTimerMs)
    timers.push(
      setTimeout(() => {
        isLate = true;
        end("SIGTERM");
      }, 1000 * timeoutSeconds),
    );
  try {
    if (child.pid !== undefined) {
      const watched: WatchedProcess = { ...identityOf(child.pid), watchedBy: ownIdentity(), mark };
      writeFileSync(join(attempt, "process.json"), JSON.stringify(watched));
    }
    const { code, signal } = await ended;
    if (isLate)
      throw new InputError(
        "E_TIMEOUT",
        `trainer.${setting} must end within its timeout of ${timeoutSeconds} s, got more`,
      );
    // An interrupted command may exit with a meaningful code.
    if (interrupted && code !== 0) throw new CommandError(interruptedWords);
    return { code, signal, seconds: (performance.now() - start) / 1000 };
  } finally {
    running = undefined;
    for (const timer of timers) clearTimeout(timer);
    signalAll(child, mark, "SIGKILL");
  }
}

const interruptedWords = "the command was interrupted";

/** Kills what a killed worker left running for the attempt in `folder`, on this host. True if there was any. */
export function killLeftover(folder: string): boolean {
  let watched: Partial<WatchedProcess> | null;
  try {
    watched = readJson(join(folder, "process.json")) as Partial<WatchedProcess> | null;
  } catch {
    return false; // no command was started, or the worker was killed while writing the file
  }
  const { watchedBy, pid, mark, ...identity } = watched ?? {};
  if (typeof watchedBy !== "object" || watchedBy === null || !isPid(pid)) return false;
  if (isRunning(watchedBy) !== false) return false;
  // The mark shows that the process is the command's, where visible.
  const isOurs = mark === undefined || hasMark(pid, mark) !== false;
  if (isOurs && isRunning({ host: watchedBy.host, ...identity, pid })) trySignal(-pid, "SIGKILL");
  if (mark !== undefined) signalMarked(mark, "SIGKILL");
  return true;
}

/** True for a process id. 0 and 1 are none: negated they mean all this user's processes. */
function isPid(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 1;
}

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Pick<CommandEnd, "code" | "signal">>;
}

function started(
  { setting, command: [program = "", ...args], folder, environment }: ProcessToRun,
  mark: string,
): Started {
  const refusal = (cause: unknown): InputError =>
    new InputError(
      "E_TRAINER",
      `trainer.${setting} must name a program that can be started in ${folder}, got ${program}: ${(cause as Error).message}`,
      { cause },
    );
  try {
    const child = spawn(program, args, {
      cwd: folder,
      env: { ...ownEnvironment(process.env), ...environment, [markVariable]: mark },
      stdio: ["ignore", "inherit", "inherit"],
      detached: process.platform !== "win32",
    });
    const ended = new Promise<Pick<CommandEnd, "code" | "signal">>((done, fail) => {
      child.once("exit", (code, signal) => done({ code, signal }));
      child.once("error", (cause) => fail(refusal(cause)));
    });
    return { child, ended };
  } catch (cause) {
    throw refusal(cause); // words that no program takes, such as a NUL
  }
}

function signalAll({ pid }: ChildProcess, mark: string, signal: "SIGTERM" | "SIGKILL"): void {
  if (pid === undefined) return;
  trySignal(process.platform === "win32" ? pid : -pid, signal);
  signalMarked(mark, signal, signal === "SIGTERM" ? pid : undefined);
}

/** Environment variable that marks a command and all descendants, unique to the call. */
export const markVariable = "LORANK_CALL";

export function newMark(): string {
  return randomBytes(16).toString("hex");
}

/** Most rounds of SIGKILL to marked processes: ending processes may start others. */
const mostRounds = 20;

/**
 * Signals all marked processes on this host, in any session; repeats SIGKILL until none is left. Works on Linux only.
 *
 * @param group process group that already has the signal.
 */
export function signalMarked(mark: string, signal: "SIGTERM" | "SIGKILL", group?: number): void {
  for (let round = 0; round < (signal === "SIGKILL" ? mostRounds : 1); round++) {
    const pids = processNumbers().filter((pid) => hasMark(pid, mark) && groupOf(pid) !== group);
    for (const pid of pids) trySignal(pid, signal);
    if (pids.length === 0) return;
  }
}

/** True if a process has the mark; undefined where the environment is not shown, or the process has ended. */
export function hasMark(pid: number, mark: string): boolean | undefined {
  const environment = textOf(`/proc/${pid}/environ`);
  return environment === undefined ? undefined : environment.split("\0").includes(`${markVariable}=${mark}`);
}

function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // The process has ended, or runs under another user.
    if (!["ESRCH", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

function groupOf(pid: number): number {
  const stat = textOf(`/proc/${pid}/stat`) ?? "";
  // The process group is field 5 in /proc/<pid>/stat; the command in field 2 may hold spaces and brackets.
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]);
}

function processNumbers(): number[] {
  try {
    return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return [];
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
}
