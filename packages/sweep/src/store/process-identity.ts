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
  const now = startTicksField(pid).startTicks;
  return startTicks === undefined || now === undefined || now === startTicks;
}

function startTicksField(pid: number): { startTicks?: string } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // Field 22; the command in field 2 may hold spaces and brackets, so count from its closing bracket.
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    return ticks === undefined ? {} : { startTicks: ticks };
  } catch {
    return {};
  }
}
