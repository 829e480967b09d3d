import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@lorank/core";
import { ownEnvironment } from "../child-environment.ts";
import { readJson } from "../store/files.ts";
import { identityOf, isRunning, ownIdentity, type ProcessIdentity } from "../store/process-identity.ts";

/** Milliseconds from a request to end until a command is killed. */
export const commandGraceMs = 60_000;

export interface ProcessToRun {
  /** The setting of the trainer, for messages. */
  readonly setting: "command" | "evaluate";
  readonly command: readonly string[];
  /** Folder that it runs in. */
  readonly folder: string;
  /** Added to this process's environment; what is undefined is taken out of it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder of `process.json`, which names the process while it runs. */
  readonly attempt: string;
  /** (default: no limit) */
  readonly timeoutSeconds?: number | undefined;
  /** (default {@link commandGraceMs}) */
  readonly graceMs?: number;
}

/** Exit of a command that was not ended. */
export interface CommandEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly seconds: number;
}

/** A user's command that did not do its work. What it printed says why; where we noticed says nothing. */
export class CommandError extends Error {}

/** `process.json`: a command that runs, and the process that watches it. */
interface WatchedProcess extends ProcessIdentity {
  readonly watchedBy: ProcessIdentity;
  /** Mark in the environment of all processes that it starts. Absent in files of earlier versions. */
  readonly mark?: string;
}

/** The command of this process that runs now, with all processes that it has started. */
let running: { readonly end: (signal: "SIGTERM" | "SIGKILL") => void } | undefined;
let interrupted = false;

/** Longest time of Node's timers: 24.8 days. */
const longestTimerMs = 2 ** 31 - 1;

/** Ends or kills the running command; no other is started. False where none runs. */
export function endCommand(signal: "SIGTERM" | "SIGKILL"): boolean {
  interrupted = true;
  running?.end(signal);
  return running !== undefined;
}

/** True when a signal from outside has ended this process's command. */
export function wasInterrupted(): boolean {
  return interrupted;
}

/**
 * Runs a command without a shell, in a process group of its own. What it prints goes where this process's output goes; what
 * it leaves running is killed when it ends, on Linux in other sessions too.
 *
 * @throws InputError `E_TRAINER` where it cannot be started, `E_TIMEOUT` where it takes too long: it gets SIGTERM, and
 *   is killed a minute later. CommandError where a signal from outside ended it before it finished.
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
    // It may exit with any code then, also with one that has a meaning.
    if (interrupted && code !== 0) throw new CommandError(interruptedWords);
    return { code, signal, seconds: (performance.now() - start) / 1000 };
  } finally {
    running = undefined;
    for (const timer of timers) clearTimeout(timer);
    signalAll(child, mark, "SIGKILL");
  }
}

const interruptedWords = "the command was interrupted";

/**
 * Kills what an attempt or an evaluation has left running on this host, where the process that watched it was killed.
 * Returns true if it was.
 */
export function killLeftover(folder: string): boolean {
  let watched: Partial<WatchedProcess> | null;
  try {
    watched = readJson(join(folder, "process.json")) as Partial<WatchedProcess> | null;
  } catch {
    return false; // none was started, or it was killed in the act
  }
  const { watchedBy, pid, mark, ...identity } = watched ?? {};
  if (typeof watchedBy !== "object" || watchedBy === null || !isPid(pid)) return false;
  if (isRunning(watchedBy) !== false) return false;
  // Where the system tells, the mark shows that the process is ours.
  const isOurs = mark === undefined || hasMark(pid, mark) !== false;
  if (isOurs && isRunning({ host: watchedBy.host, ...identity, pid })) trySignal(-pid, "SIGKILL");
  if (mark !== undefined) signalMarked(mark, "SIGKILL");
  return true;
}

/** 0 and 1, made negative, mean all that this user runs. */
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
    throw refusal(cause); // of words that no program takes
  }
}

/** Its group, and on Linux what left the group. */
function signalAll({ pid }: ChildProcess, mark: string, signal: "SIGTERM" | "SIGKILL"): void {
  if (pid === undefined) return;
  trySignal(process.platform === "win32" ? pid : -pid, signal);
  signalMarked(mark, signal, signal === "SIGTERM" ? pid : undefined);
}

/** A variable that a command and all that it starts have in their environment, with a value that no other call has. */
export const markVariable = "LORANK_CALL";

export function newMark(): string {
  return randomBytes(16).toString("hex");
}

/** Most rounds of signals: a process may start another one while it is being ended. */
const mostRounds = 20;

/**
 * Sends a signal to all processes of this host that have the mark, in any session and with any parent. SIGKILL is
 * sent until none is left. Only Linux shows the environment of a process, unless that has cleared it; elsewhere this does nothing.
 *
 * @param group a process group that has had the signal.
 */
export function signalMarked(mark: string, signal: "SIGTERM" | "SIGKILL", group?: number): void {
  for (let round = 0; round < (signal === "SIGKILL" ? mostRounds : 1); round++) {
    const pids = processNumbers().filter((pid) => hasMark(pid, mark) && groupOf(pid) !== group);
    for (const pid of pids) trySignal(pid, signal);
    if (pids.length === 0) return;
  }
}

/** True when the process has the mark; undefined where the system does not show it, or the process has ended. */
export function hasMark(pid: number, mark: string): boolean | undefined {
  const environment = textOf(`/proc/${pid}/environ`);
  return environment === undefined ? undefined : environment.split("\0").includes(`${markVariable}=${mark}`);
}

/** Sends a signal to a process, or with a negative number to its group. */
function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It has ended; or what is left runs under another user.
    if (!["ESRCH", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

function groupOf(pid: number): number {
  const stat = textOf(`/proc/${pid}/stat`) ?? "";
  // Field 5; the command in field 2 may hold spaces and brackets.
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
