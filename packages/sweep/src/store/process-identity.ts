import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** A process, so that another one can tell whether it still runs. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** The process's start in clock ticks since boot, where the system tells (Linux): a pid alone may be reused. */
  readonly startTicks?: string;
}

export function ownIdentity(): ProcessIdentity {
  return identityOf(process.pid);
}

/** Of a process on this host. */
export function identityOf(pid: number): ProcessIdentity {
  return { host: hostname(), pid, ...startTicksField(pid) };
}

/** Whether the process runs; undefined of one on another host, which cannot be asked. */
export function isRunning({ host, pid, startTicks }: ProcessIdentity): boolean | undefined {
  if (host !== hostname()) return undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, under another user.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const now = statFields(pid);
  // Nobody asks how it ended: in a container the first process may never do so.
  if (now?.state === "Z") return false;
  return startTicks === undefined || now === undefined || now.startTicks === startTicks;
}

function startTicksField(pid: number): { startTicks?: string } {
  const startTicks = statFields(pid)?.startTicks;
  return startTicks === undefined ? {} : { startTicks };
}

function statFields(pid: number): { readonly state: string; readonly startTicks: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // Fields 3 and 22; the command in field 2 may hold spaces and brackets, so count from its closing bracket.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, startTicks] = [fields[0], fields[19]];
    return state === undefined || startTicks === undefined ? undefined : { state, startTicks };
  } catch {
    return undefined;
  }
}
