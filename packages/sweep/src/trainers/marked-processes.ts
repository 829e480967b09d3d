import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";

/** A variable that a command and all that it starts have in their environment, with a value that no other call has. */
export const markVariable = "LORANK_CALL";

export function newMark(): string {
  return randomBytes(16).toString("hex");
}

/** Looks for processes so often at most: one may start another while its own end is on the way. */
const mostRounds = 20;

/**
 * Sends a signal to all processes of this host that have the mark, whichever session they are in and whoever is their parent now;
 * SIGKILL until none is left. Only Linux tells the environment of a process, and not of one that cleared it: elsewhere this does
 * nothing.
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

/** Whether the process has the mark; undefined where the system does not tell. Of one that has ended it tells nothing. */
export function hasMark(pid: number, mark: string): boolean | undefined {
  const environment = textOf(`/proc/${pid}/environ`);
  return environment === undefined ? undefined : environment.split("\0").includes(`${markVariable}=${mark}`);
}

/** Sends a signal to a process, or with a negative number to its group. */
export function trySignal(pid: number, signal: NodeJS.Signals): void {
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
