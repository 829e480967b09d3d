import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { readFileEnds } from "../store/files.ts";

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly startError?: string;
  /** Kernel out-of-memory kills in this control group while the child ran, where the system counts them. */
  readonly outOfMemoryKills?: number;
}

const tailBytes = 16_384;
const tailLines = 12;

/**
 * Describes a process's end, with the last output. Out of memory, V8 aborts (SIGABRT, or 134 through a shell), the
 * kernel kills (SIGKILL), or the program exits with 1.
 */
export function describeEnd(end: ProcessEnd, outputFile: string, process = "the trial's process"): string {
  if (end.startError !== undefined) return `${process} did not start: ${end.startError}`;
  const output = readEnd(outputFile);
  const tail = lastLines(output);
  const how = end.signal === null ? `exited with code ${end.code}` : `was killed by ${end.signal}`;
  const reason = `${process} ${how}${memoryHint(end, output)}`;
  return tail === "" ? reason : `${reason}; it last printed:\n${tail}`;
}

function memoryHint(end: ProcessEnd, output: string): string {
  const aborted = end.signal === "SIGABRT" || end.code === 134;
  if (aborted && /heap out of memory|allocation failed/i.test(output)) return " (out of memory: V8 heap)";
  if (end.signal === "SIGKILL" && (end.outOfMemoryKills ?? 0) > 0)
    return " (out of memory: killed by the kernel)";
  if (/ERR_WORKER_OUT_OF_MEMORY|bad_alloc|Array buffer allocation failed/.test(output))
    return " (out of memory)";
  return "";
}

export function readEnd(file: string): string {
  try {
    return readFileEnds(file, 0, tailBytes).tail;
  } catch (error) {
    return `(${basename(file)} could not be read: ${(error as Error).message})`;
  }
}

/** Last twelve lines, without V8's stack frames and control characters. */
export function lastLines(output: string): string {
  const lines = output
    .replace(ansiSequences, "")
    .replace(overwritten, "")
    .replace(controlCharacters, "")
    .trimEnd()
    .split("\n");
  const telling = lines.filter((line) => !stackFrame.test(line));
  return telling.slice(-tailLines).join("\n").trimEnd();
}

/**
 * Stack frames: ` 1: 0xb9c1f0 node::Abort() …`, `    at run (file:///a.js:1:2)`, `    at async Promise.all (index 0)`.
 */
const stackFrame =
  /^ *\d+: 0x[0-9a-f]+ |^\s+at (?:.*:\d+:\d+\)?|.*\((?:<anonymous>|native|index \d+)\))(?: \{)?$/;
const ansiSequences = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[A-Za-z]`, "g");
/** Progress bar states, which a carriage return overwrites. */
const overwritten = /\r[^\r\n]+(?=\r[^\r\n])/g;
// Category Cc without line feed and tab, and bidirectional overrides.
const controlCharacters = /[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu;

export function outOfMemoryKills(file = "/sys/fs/cgroup/memory.events"): number | undefined {
  try {
    const count = /^oom_kill (\d+)$/m.exec(readFileSync(file, "utf8"))?.[1];
    return count === undefined ? undefined : Number(count);
  } catch {
    return undefined;
  }
}
