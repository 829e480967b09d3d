import { closeSync, fstatSync, readSync } from "node:fs";
import { join } from "node:path";
import { openRegularFile } from "@lorank/checkpoint/files";
import type { TrialEvent } from "@lorank/train";
import type { SweepStore } from "../../store/store.ts";
import type { WorkEvent } from "../executor.ts";
import { type Batch, readAttempt } from "./batch.ts";

/** What a trial's log tells of its progress; the rest is told otherwise. */
const progressKinds: ReadonlySet<string> = new Set<TrialEvent["kind"]>([
  "step",
  "evaluating",
  "resumed",
  "checkpoint",
  "note",
]);

/** Reads on, again and again, what a task's attempts at its trial write into their logs. */
export class TaskFollower {
  readonly #store: SweepStore;
  readonly #batch: Batch;
  readonly #index: number;
  readonly #trialId: string;
  /** Bytes that were read of each log, by its path. */
  readonly #read = new Map<string, number>();

  constructor(store: SweepStore, batch: Batch, index: number, trialId: string) {
    this.#store = store;
    this.#batch = batch;
    this.#index = index;
    this.#trialId = trialId;
  }

  /** Events since the last call. */
  next(): WorkEvent[] {
    const attempt = readAttempt(this.#batch, this.#index);
    if (attempt === undefined) return [];
    const trialId = this.#trialId;
    const log = join(this.#store.path("attempts", trialId), String(attempt), "log.jsonl");
    const isNew = !this.#read.has(log);
    const { lines, end } = linesFrom(log, this.#read.get(log) ?? 0);
    this.#read.set(log, end);
    const started: WorkEvent[] = isNew ? [{ kind: "started", trialId, attempt }] : [];
    return [...started, ...lines.flatMap((line) => progressOf(line, trialId))];
  }
}

function progressOf(line: string, trialId: string): WorkEvent[] {
  let entry: TrialEvent & { readonly time?: string };
  try {
    entry = JSON.parse(line);
  } catch {
    return []; // the log is for people
  }
  if (!progressKinds.has(entry?.kind)) return [];
  const { time: _, ...event } = entry;
  return [{ kind: "progress", trialId, event: event as TrialEvent }];
}

/** Whole lines of a file behind so many bytes, and where they end. A file that is not there has none. */
function linesFrom(file: string, from: number): { readonly lines: string[]; readonly end: number } {
  let descriptor: number;
  try {
    descriptor = openRegularFile(file);
  } catch {
    return { lines: [], end: from };
  }
  try {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(descriptor).size - from));
    const text = bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, from));
    const whole = text.lastIndexOf(0x0a) + 1;
    return { lines: text.toString("utf8", 0, whole).split("\n").slice(0, -1), end: from + whole };
  } finally {
    closeSync(descriptor);
  }
}
