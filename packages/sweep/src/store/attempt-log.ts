import { appendFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { writing } from "@lorank/checkpoint/disk";
import type { TrialResult } from "@lorank/evidence/schema";
import type { ProgressEvent } from "../plan/events.ts";
import { readFileEnds } from "./files.ts";
import { ownIdentity, type ProcessIdentity } from "./process-identity.ts";

/** First line in an attempt's `log.jsonl`. */
interface AttemptStart extends ProcessIdentity {
  readonly kind: "started";
  /** Start time of the attempt, in ISO 8601. */
  readonly time: string;
  /** Thread count for training; absent where a user's command decides. */
  readonly threads?: number;
  readonly device?: string;
  /** Scheduler's id for the process: Slurm's `<job>_<task>` or `<job>`. */
  readonly where?: string;
}

/** Last line in an attempt's `log.jsonl`: its result was committed, or why it has none. */
type AttemptEnd =
  | {
      readonly kind: "committed";
      readonly place: "first" | "later";
      readonly status: TrialResult["status"];
    }
  | {
      readonly kind: "ended";
      readonly reason: string;
      /** True if a signal ended the process: the trial is not at fault. */
      readonly interrupted?: true;
    };

interface AttemptState {
  /** First line of the log; absent if the process was killed before writing it. */
  readonly start?: AttemptStart;
  readonly event?: ProgressEvent & { readonly time: string };
  readonly step?: Extract<ProgressEvent, { readonly kind: "step" }>;
  readonly resumed?: Extract<ProgressEvent, { readonly kind: "resumed" }>;
  readonly end?: AttemptEnd & { readonly time: string };
  /** Last sign of life: when the log was last written or touched, in milliseconds since 1970. */
  readonly heardAt: number;
}

const heartbeatMs = 10_000;

/**
 * Milliseconds without a log entry up to which a process counts as running. Later it is gone, or in a long native call
 * that blocks timers.
 */
export const freshMs = 60_000;

// Bytes read at the log's start and end: the first line has about 200, a step 120.
const headBytes = 2048;
const tailBytes = 4096;

/** Writes `log.jsonl`, a JSON document per line, and touches it every ten seconds. A kill may cut the last line. */
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

  end(end: AttemptEnd): void {
    clearInterval(this.#heartbeat);
    if (!this.#hasEnded) ifPossible(() => appendLine(this.#file, end));
    this.#hasEnded = true;
  }
}

export function logEnd(folder: string, end: AttemptEnd): void {
  const file = logFile(folder);
  ifPossible(() => {
    if (readAttemptState(folder)?.end === undefined) appendLine(file, end, isCut(file) ? "\n" : "");
  });
}

export function readAttemptState(folder: string): AttemptState | undefined {
  let ends: ReturnType<typeof readFileEnds>;
  try {
    ends = readFileEnds(logFile(folder), headBytes, tailBytes);
  } catch {
    return undefined; // unreadable log, such as a folder in its place: no result depends on it
  }
  const first = logLines(ends.head.split("\n"));
  const start = first[0];
  const resumed = first.find((line) => line.kind === "resumed");
  // The first line read from the tail is cut, unless the tail is the whole file.
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

export function outputFile(folder: string): string {
  return join(folder, "output.txt");
}

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
    return false; // no log yet: a new file begins
  }
}

/** Ignores errors such as a full disk: committing the result will report them. */
function ifPossible(write: () => void): void {
  try {
    write();
  } catch {
    // A failed write is ignored: nothing that counts is in the log.
  }
}

function slurmTask({
  SLURM_ARRAY_JOB_ID: array,
  SLURM_ARRAY_TASK_ID: task,
  SLURM_JOB_ID: job,
}: NodeJS.ProcessEnv): string | undefined {
  return array === undefined || task === undefined ? job : `${array}_${task}`;
}
