import { appendFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { writing } from "@lorank/checkpoint/disk";
import type { TrialResult } from "@lorank/evidence/results";
import type { ProgressEvent } from "../plan/events.ts";
import { readFileEnds } from "./files.ts";
import { ownIdentity, type ProcessIdentity } from "./process-identity.ts";

/** First line of an attempt's `log.jsonl`: its process, threads and device. */
interface AttemptStart extends ProcessIdentity {
  readonly kind: "started";
  /** ISO 8601. */
  readonly time: string;
  /** Absent where another trainer decides. */
  readonly threads?: number;
  readonly device?: string;
  /** A scheduler's name of the process: of Slurm `<job>_<task>` or `<job>`. */
  readonly where?: string;
}

/** Last line of `log.jsonl`: the result is there, or why there is none. */
type AttemptEnd =
  | {
      readonly kind: "committed";
      readonly place: "first" | "later";
      readonly status: TrialResult["status"];
    }
  | {
      readonly kind: "ended";
      readonly reason: string;
      /** A signal ended the process: nothing was wrong with the trial. */
      readonly interrupted?: true;
    };

/** Content of an attempt's `log.jsonl`. */
interface AttemptState {
  /** Absent where the process had not yet written it, or was killed while it did. */
  readonly start?: AttemptStart;
  /** The last event of training or evaluation, if there was one. */
  readonly event?: ProgressEvent & { readonly time: string };
  /** The last step, if there was one. */
  readonly step?: Extract<ProgressEvent, { readonly kind: "step" }>;
  /** The checkpoint from which the attempt went on, if it did. */
  readonly resumed?: Extract<ProgressEvent, { readonly kind: "resumed" }>;
  readonly end?: AttemptEnd & { readonly time: string };
  /** When the process was last heard of, in milliseconds since 1970. */
  readonly heardAt: number;
}

const heartbeatMs = 10_000;

/**
 * Age of a log whose process counts as running. A process that has not touched its log for longer may be gone, or its
 * machine. Or it is busy in one long call of native code, which no timer of its own interrupts.
 */
export const freshMs = 60_000;

// The first line has about 200 bytes, a step 120.
const headBytes = 2048;
const tailBytes = 4096;

/**
 * Writes `log.jsonl` in an attempt's folder, one JSON document a line, and renews the file's time every ten seconds until
 * it is closed. A kill may cut the last line; nothing that counts is derived from the file.
 */
export class AttemptLog {
  readonly #file: string;
  readonly #heartbeat: NodeJS.Timeout;
  #hasEnded = false;

  constructor(folder: string, { threads, device }: Pick<AttemptStart, "threads" | "device">) {
    this.#file = logFile(folder);
    const where = slurmTask(process.env);
    appendLine(this.#file, {
      kind: "started",
      ...ownIdentity(),
      ...(threads === undefined ? {} : { threads }),
      ...(device === undefined ? {} : { device }),
      ...(where === undefined ? {} : { where }),
    });
    this.#heartbeat = setInterval(
      () => ifPossible(() => utimesSync(this.#file, new Date(), new Date())),
      heartbeatMs,
    );
    this.#heartbeat.unref();
  }

  event(event: ProgressEvent): void {
    appendLine(this.#file, event);
  }

  /** Writes how the attempt ended, unless that has been written or cannot be, and closes the log. */
  end(end: AttemptEnd): void {
    clearInterval(this.#heartbeat);
    if (!this.#hasEnded) ifPossible(() => appendLine(this.#file, end));
    this.#hasEnded = true;
  }
}

/** Writes the end of an attempt whose process is gone and may not have written it, if that is possible. */
export function logEnd(folder: string, end: AttemptEnd): void {
  const file = logFile(folder);
  ifPossible(() => {
    if (readAttemptState(folder)?.end === undefined) appendLine(file, end, isCut(file) ? "\n" : "");
  });
}

/** Reads a log from its two ends; undefined where there is none, or none that can be read. */
export function readAttemptState(folder: string): AttemptState | undefined {
  let ends: ReturnType<typeof readFileEnds>;
  try {
    ends = readFileEnds(logFile(folder), headBytes, tailBytes);
  } catch {
    return undefined; // a folder in its place, say: nothing that counts is in it
  }
  const first = logLines(ends.head.split("\n"));
  const start = first[0];
  const resumed = first.find((line) => line.kind === "resumed");
  // The first line of the tail is cut, unless it is the head's too.
  const last = logLines(ends.tail.split("\n")).reverse();
  const end = last.find(isEnd);
  const event = last.find(isEvent);
  const step = last.find(isStep);
  return {
    ...(start?.kind === "started" ? { start } : {}),
    ...(event === undefined ? {} : { event }),
    ...(step === undefined ? {} : { step }),
    ...(resumed === undefined ? {} : { resumed }),
    ...(end === undefined ? {} : { end }),
    heardAt: ends.modifiedAt,
  };
}

type Line = { readonly time: string } & (AttemptStart | ProgressEvent | AttemptEnd);

const isEnd = (line: Line): line is Extract<Line, AttemptEnd> =>
  line.kind === "committed" || line.kind === "ended";
const isStep = (line: Line): line is Extract<Line, { kind: "step" }> => line.kind === "step";
const isEvent = (line: Line): line is Extract<Line, ProgressEvent> =>
  isStep(line) || line.kind === "evaluating";

/** Parses lines of a log, except those that a kill has cut. */
export function logLines(lines: readonly string[]): Line[] {
  return lines.flatMap((line) => {
    try {
      const value = JSON.parse(line) as Line | null;
      return typeof value?.kind === "string" ? [value] : [];
    } catch {
      return [];
    }
  });
}

/** The output of an attempt's process, and of a trainer's command. */
export function outputFile(folder: string): string {
  return join(folder, "output.txt");
}

/** The log in an attempt's folder. */
export function logFile(folder: string): string {
  return join(folder, "log.jsonl");
}

function appendLine(file: string, line: object, before = ""): void {
  const text = `${before}${JSON.stringify({ time: new Date().toISOString(), ...line })}\n`;
  writing(file, () => appendFileSync(file, text), text.length);
}

function isCut(file: string): boolean {
  try {
    return !readFileEnds(file, 0, 1).tail.endsWith("\n");
  } catch {
    return false; // not there: a new file begins
  }
}

/** A full disk, or a folder that was moved away, is no trouble of the log: the commit will say so. */
function ifPossible(write: () => void): void {
  try {
    write();
  } catch {
    // Nothing that counts is in the log.
  }
}

function slurmTask({
  SLURM_ARRAY_JOB_ID: array,
  SLURM_ARRAY_TASK_ID: task,
  SLURM_JOB_ID: job,
}: NodeJS.ProcessEnv): string | undefined {
  return array === undefined || task === undefined ? job : `${array}_${task}`;
}
