import { hostname } from "node:os";
import { processState } from "@lorank/checkpoint/disk";

export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** Start time in clock ticks since boot, where the system tells (Linux): pids are reused. */
  readonly startTicks?: string;
}

export function ownIdentity(): ProcessIdentity {
  return identityOf(process.pid);
}

export function identityOf(pid: number): ProcessIdentity {
  const { startTicks } = processState(pid);
  return { host: hostname(), pid, ...(startTicks === undefined ? {} : { startTicks }) };
}

/** True if the process runs; undefined on another host, where it cannot be tested. */
export function isRunning({ host, pid, startTicks }: ProcessIdentity): boolean | undefined {
  return host === hostname() ? processState(pid, startTicks).isRunning : undefined;
}
