import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { systemErrorCode } from "./system-error.ts";

export interface ProcessState {
  /** True while the process runs; false for none and for a zombie, not yet reaped. */
  readonly isRunning: boolean;
  /** Start time in clock ticks since boot; undefined without a process, and outside Linux. */
  readonly startTicks: string | undefined;
}

/**
 * Looks for a process on this host.
 *
 * @param startTicks start time, where known, since process numbers are reused.
 */
export function processState(pid: number, startTicks?: string): ProcessState {
  const now = statOf(pid);
  const isSame = startTicks === undefined || now === undefined || now.startTicks === startTicks;
  // Zombies (Z) are over; a container's first process may never reap its children.
  return { isRunning: isThere(pid) && now?.state !== "Z" && isSame, startTicks: now?.startTicks };
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === "EPERM"; // of another user
  }
}

function statOf(pid: number): { readonly state: string; readonly startTicks: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command in field 2 may hold spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, startTicks] = [fields[0], fields[19]];
    return state === undefined || startTicks === undefined ? undefined : { state, startTicks };
  } catch {
    return undefined;
  }
}

/**
 * Owner of files, for this process, in file names: `<host>-<pid>-<start>`. Host: eight hex digits from host names and
 * process namespace, since two containers may share all but the latter. Start: clock ticks since boot, because process
 * numbers are reused; 0 where unknown.
 */
export const ownOwner = `${hostDigits()}-${process.pid}-${processState(process.pid).startTicks ?? 0}`;

export const ownerPattern = "[0-9a-f]{8}-\\d+-\\d+";

/** True if the owner process is dead; never true for another host. */
export function isDead(owner: string): boolean {
  const [host, pid, start] = owner.split("-");
  return host === hostDigits() && !processState(Number(pid), start === "0" ? undefined : start).isRunning;
}

function hostDigits(): string {
  const names = [
    hostname(),
    textOr("", () => readFileSync("/etc/machine-id", "utf8")),
    textOr("", () => readlinkSync("/proc/self/ns/pid")),
  ];
  return createHash("sha256").update(names.join("\n")).digest("hex").slice(0, 8);
}

function textOr(other: string, read: () => string): string {
  try {
    return read();
  } catch {
    return other;
  }
}
