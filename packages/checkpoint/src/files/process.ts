import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { systemErrorCode } from "./system-error.ts";

/** A process number of this host. */
export interface ProcessState {
  /** False too for a process that has ended and whose parent has not read how. */
  readonly isRunning: boolean;
  /** Start in clock ticks since boot; undefined where there is no process, and on other systems than Linux. */
  readonly startTicks: string | undefined;
}

/**
 * Looks for a process of this host.
 *
 * @param startTicks when it started, where that is known: another process with its number is not the one that ran.
 */
export function processState(pid: number, startTicks?: string): ProcessState {
  const now = statOf(pid);
  const isSame = startTicks === undefined || now === undefined || now.startTicks === startTicks;
  // In a container the first process may never read how a child ended (Z).
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
    // Fields 3 and 22; the command in field 2 may hold spaces and brackets, so count from its closing bracket.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, startTicks] = [fields[0], fields[19]];
    return state === undefined || startTicks === undefined ? undefined : { state, startTicks };
  } catch {
    return undefined;
  }
}

/**
 * The maker in the name of a temporary file or folder: `<host>-<pid>-<start>`. A host is eight hex digits of its names and
 * of the process numbers it counts: two containers may share all but the latter. The start is in clock ticks since boot,
 * because process numbers are used again; 0 where the system does not tell.
 */
export const ownOwner = `${hostDigits()}-${process.pid}-${processState(process.pid).startTicks ?? 0}`;

/** An owner in a name, for a regular expression. */
export const ownerPattern = "[0-9a-f]{8}-\\d+-\\d+";

/** Tells whether the process is known to be dead. One of another host never is. */
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
