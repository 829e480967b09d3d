import { hostname } from "node:os";
import { processState } from "@lorank/checkpoint/disk";

/** Process, identified so that others can tell whether it still runs. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** Start in clock ticks since boot, where the system tells (Linux): pids are reused. */
  readonly startTicks?: string;
}

export function ownIdentity(): ProcessIdentity {
  return identityOf(process.pid);
}

/** Identity of a process on this host. */
export function identityOf(pid: number): ProcessIdentity {
  const { startTicks } = processState(pid);
  return { host: hostname(), pid, ...(startTicks === undefined ? {} : { startTicks }) };
}

/** True when the process runs; undefined for one on another host, which cannot be tested. */
export function isRunning({ host, pid, startTicks }: ProcessIdentity): boolean | undefined {
  return host === hostname() ? processState(pid, startTicks).isRunning : undefined;
}
