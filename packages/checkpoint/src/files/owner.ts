import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { systemErrorCode } from "./system-error.ts";

/**
 * What the name of a temporary file or folder says of its maker: `<host>-<pid>-<start>`. A host is eight hex digits of its
 * names and of the process numbers it counts: two containers may share all but the latter. The start is in clock ticks
 * since boot, because a process number is given again; 0 where the system does not tell.
 */
export const ownOwner = `${hostDigits()}-${process.pid}-${statOf(process.pid)?.startTicks ?? 0}`;

/** An owner in a name, for a regular expression. */
export const ownerPattern = "[0-9a-f]{8}-\\d+-\\d+";

/** Whether the process is known to be dead. One of another host, which cannot be asked, is not. */
export function isDead(owner: string): boolean {
  const [host, pid, start] = owner.split("-");
  if (host !== hostDigits()) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return systemErrorCode(error) !== "EPERM"; // EPERM: it runs, under another user
  }
  const now = statOf(Number(pid));
  if (now === undefined || start === "0") return false;
  // Z: it has ended, and nobody has asked how; in a container the first process may never do so.
  return now.state === "Z" || now.startTicks !== start;
}

function hostDigits(): string {
  const names = [
    hostname(),
    textOr("", () => readFileSync("/etc/machine-id", "utf8")),
    textOr("", () => readlinkSync("/proc/self/ns/pid")),
  ];
  return createHash("sha256").update(names.join("\n")).digest("hex").slice(0, 8);
}

function statOf(pid: number): { readonly state: string; readonly startTicks: string } | undefined {
  const stat = textOr("", () => readFileSync(`/proc/${pid}/stat`, "utf8"));
  // Fields 3 and 22; the command in field 2 may hold spaces and brackets, so count from its closing bracket.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, startTicks] = [fields[0], fields[19]];
  return state === undefined || startTicks === undefined ? undefined : { state, startTicks };
}

function textOr(other: string, read: () => string): string {
  try {
    return read();
  } catch {
    return other;
  }
}
