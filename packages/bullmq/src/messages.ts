import { InputError } from "@lorank/core";
import type { JobPlace, Work, WorkEnd, WorkEvent } from "@lorank/sweep/executor";

/** Job data. Others may write to the server too, so it names no file, no program, and no folder but the two stores. */
export interface JobData {
  readonly folder: "" | "search";
  /** Seconds or steps between checkpoints of engine trials. */
  readonly checkpointEvery?: JobPlace["checkpointEvery"];
  /** Work without the driver's paths. */
  readonly work: Work;
}

/** Progress of a running job, complete each time: messages may be missed. */
export interface JobProgress {
  readonly node: string;
  readonly attempt?: number;
  readonly last?: Extract<WorkEvent, { kind: "progress" }>["event"];
}

/** Most characters passed on from a job's failure reason. */
const mostReason = 20_000;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Copies a job's known members.
 *
 * @throws InputError `E_JOB` with the first wrong member.
 */
export function checkedJob(data: unknown): JobData {
  const { folder, checkpointEvery, work } = fieldsOf(data, "job");
  must(folder === "" || folder === "search", "job.folder", "empty or search", folder);
  const every = checkpointEvery as JobData["checkpointEvery"];
  if (every !== undefined) must(isInterval(every), "job.checkpointEvery", "off, seconds or steps", every);
  return {
    folder: folder as JobData["folder"],
    checkpointEvery: every,
    work: checkedWork(fieldsOf(work, "job.work")),
  };
}

export function jobOf(data: unknown): JobData | undefined {
  try {
    return checkedJob(data);
  } catch {
    return undefined;
  }
}

/** Reads a worker's answer, which may have another form. */
export function endOf(answer: unknown): WorkEnd {
  const { reason, mayRetry } = (isFields(answer) ? answer : {}) as Fields;
  if (typeof reason !== "string" || typeof mayRetry !== "boolean")
    return { reason: "its worker's answer was no end of a job", mayRetry: true };
  return { reason: reason.slice(0, mostReason), mayRetry };
}

/** Type guard for a worker's progress; BullMQ's own, for a job that has not begun, is a number. */
export function isJobProgress(progress: unknown): progress is JobProgress {
  if (!isFields(progress)) return false;
  const { node, attempt, last } = progress;
  return (
    typeof node === "string" &&
    (attempt === undefined || isCount(attempt)) &&
    (last === undefined || isLast(last))
  );
}

function isLast(last: unknown): boolean {
  if (!isFields(last)) return false;
  const { kind, ...members } = last;
  const numbers: Readonly<Record<string, readonly string[]>> = {
    step: ["step", "loss"],
    evaluating: ["done", "total"],
    resumed: ["step", "steps"],
    checkpoint: ["step", "steps", "bytes", "seconds"],
    note: [],
  };
  if (typeof kind !== "string" || !Object.hasOwn(numbers, kind)) return false;
  if (kind === "note") return typeof members.text === "string";
  // JSON has no NaN: such a loss arrives as null.
  return (
    Object.entries(members).every(
      ([name, value]) => typeof value === "number" || (name === "loss" && value === null),
    ) && numbers[kind]!.every((name) => Object.hasOwn(members, name))
  );
}

function checkedWork(work: Fields): Work {
  const { kind } = work;
  switch (kind) {
    case "train":
    case "base":
      return { kind, trialId: idOf(work.trialId) };
    case "evaluate": {
      const { sha256 } = fieldsOf(work.test, "job.work.test");
      if (!isDigest(sha256)) throw refusal("job.work.test.sha256", "64 hex digits", sha256);
      return { kind, trialId: idOf(work.trialId), test: { sha256 } };
    }
    case "truncate": {
      const ranks = listOf(work.ranks, "job.work.ranks");
      for (const rank of ranks) must(isCount(rank), "job.work.ranks", "whole numbers", rank);
      return { kind, trialId: idOf(work.trialId), ranks: ranks as number[] };
    }
    default:
      throw refusal("job.work.kind", "train, evaluate or truncate", kind);
  }
}

function isInterval(every: unknown): boolean {
  if (every === "off") return true;
  if (!isFields(every) || Object.keys(every).length !== 1) return false;
  return "seconds" in every
    ? Number.isFinite(every.seconds) && Number(every.seconds) > 0
    : isCount(every.steps);
}

function idOf(id: unknown): string {
  if (isDigest(id)) return id;
  throw refusal("a job's trial id", "64 hex digits", id);
}

/** Type guard for a trial's id or a file's digest, which become file names. */
function isDigest(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fieldsOf(value: unknown, name: string): Fields {
  if (isFields(value)) return value;
  throw refusal(name, "an object", value);
}

function listOf(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value) && value.length > 0) return value;
  throw refusal(name, "a list with an entry", value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

function must(holds: boolean, name: string, rule: string, got: unknown): void {
  if (!holds) throw refusal(name, rule, got);
}

function refusal(name: string, rule: string, got: unknown): InputError {
  return new InputError(
    "E_JOB",
    `${name} must be ${rule}, got ${JSON.stringify(got)?.slice(0, 80) ?? "nothing"}`,
  );
}

export function withEvent(progress: JobProgress, event: WorkEvent): JobProgress {
  return event.kind === "progress"
    ? { ...progress, last: event.event }
    : { ...progress, attempt: event.attempt };
}

/** Events in a job's progress: each attempt's start once, and the last event. */
export function eventsOf(trialId: string, onEvent: (event: WorkEvent) => void): (progress: unknown) => void {
  let started: number | undefined;
  return (progress) => {
    if (!isJobProgress(progress)) return;
    const { attempt, last } = progress;
    if (attempt === undefined) return;
    if (started !== attempt) onEvent({ kind: "started", trialId, attempt });
    started = attempt;
    if (last === undefined) return;
    const event = last.kind === "step" ? { ...last, loss: last.loss ?? Number.NaN } : last;
    onEvent({ kind: "progress", trialId, event });
  };
}
