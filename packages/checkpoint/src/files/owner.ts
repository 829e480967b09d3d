import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { isProcessRunning, processStart } from "./process.ts";

/**
 * What the name of a temporary file or folder says of its maker: `<host>-<pid>-<start>`. A host is eight hex digits of its
 * names and of the process numbers it counts: two containers may share all but the latter. The start is in clock ticks
 * since boot, because a process number is given again; 0 where the system does not tell.
 */
export const ownOwner = `${hostDigits()}-${process.pid}-${processStart(process.pid) ?? 0}`;

/** An owner in a name, for a regular expression. */
export const ownerPattern = "[0-9a-f]{8}-\\d+-\\d+";

/** Whether the process is known to be dead. One of another host, which cannot be asked, is not. */
export function isDead(owner: string): boolean {
  const [host, pid, start] = owner.split("-");
  return host === hostDigits() && !isProcessRunning(Number(pid), start === "0" ? undefined : start);
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
