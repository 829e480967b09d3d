import { readFileSync } from "node:fs";
import { systemErrorCode } from "./system-error.ts";

/** When a process of this host started, in clock ticks since boot; undefined where there is none, or the system does not tell (not Linux). */
export function processStart(pid: number): string | undefined {
  return statOf(pid)?.startTicks;
}

/**
 * Whether a process of this host runs.
 *
 * @param startTicks its {@link processStart}, where that is known: a process number is given again.
 */
export function isProcessRunning(pid: number, startTicks?: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, under another user.
    if (systemErrorCode(error) !== "EPERM") return false;
  }
  const now = statOf(pid);
  // Z: it has ended, and nobody has asked how; in a container the first process may never do so.
  if (now?.state === "Z") return false;
  return startTicks === undefined || now === undefined || now.startTicks === startTicks;
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
