import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ProgressEvent } from "../../plan/events.ts";
import type { Work } from "../../plan/job.ts";
import { logFile, logLines } from "../../store/attempt-log.ts";
import { linesFrom, readJson } from "../../store/files.ts";
import type { SweepStore } from "../../store/store.ts";
import { lastLines, readEnd } from "../describe-exit.ts";
import type { WorkEnd, WorkEvent } from "../executor.ts";
import { type Batch, endPath, hasResume, readAttempt, startPath } from "./batch.ts";
import type { QueueEntry } from "./queue.ts";

export class LiveTask {
  readonly batch: Batch;
  readonly index: number;
  readonly work: Work;
  readonly jobId: string;
  readonly ended: Promise<WorkEnd>;
  entry: QueueEntry | undefined;
  /** Consecutive polls that did not find the task in Slurm's queue. */
  timesMissed = 0;
  cancelled: "stop" | "kill" | undefined;
  readonly #listeners: ((event: WorkEvent) => void)[] = [];
  readonly #store: SweepStore;
  /** Bytes already read of the trials' logs, by path. */
  readonly #read = new Map<string, number>();
  #settle!: (end: WorkEnd) => void;

  constructor(store: SweepStore, batch: Batch, index: number, work: Work, jobId: string) {
    this.#store = store;
    this.batch = batch;
    this.index = index;
    this.work = work;
    this.jobId = jobId;
    this.ended = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  get key(): string {
    return `${this.batch.name}/${this.index}`;
  }

  listen(onEvent: (event: WorkEvent) => void): void {
    this.#listeners.push(onEvent);
  }

  news(): WorkEvent[] {
    const attempt = readAttempt(this.batch, this.index);
    if (attempt === undefined) return [];
    const { trialId } = this.work;
    const log = logFile(this.#store.path("attempts", trialId, String(attempt)));
    const read = this.#read.get(log);
    const { lines, end } = linesFrom(log, read ?? 0);
    this.#read.set(log, end);
    const started: WorkEvent[] = read === undefined ? [{ kind: "started", trialId, attempt }] : [];
    const progress = logLines(lines).flatMap(({ time: _, ...event }): WorkEvent[] =>
      isProgress(event) ? [{ kind: "progress", trialId, event }] : [],
    );
    return [...started, ...progress];
  }

  tell(event: WorkEvent): void {
    for (const listen of this.#listeners) listen(event);
  }

  isDone(): boolean {
    return this.work.kind === "train" && this.#store.isDone(this.work.trialId);
  }

  writtenEnd(): WorkEnd {
    return readJson(endPath(this.batch, this.index)) as WorkEnd;
  }

  settle(end: WorkEnd): void {
    this.#settle(end);
  }

  endWithoutWord(): WorkEnd {
    const what = `its job ${this.jobId}`;
    if (this.cancelled !== undefined) return { reason: `${what} was cancelled`, mayRetry: true };
    const outputFile = join(this.batch.folder, `slurm-${this.index}.out`);
    const output = existsSync(outputFile) ? lastLines(readEnd(outputFile)) : "";
    const where = this.entry?.node === undefined ? "" : ` on ${this.entry.node}`;
    const tail = output === "" ? "" : `; Slurm's output last says:\n${output}`;
    switch (this.entry?.state) {
      case "TIMEOUT": {
        const resumable = hasResume(this.batch, this.index, this.#store, this.work.trialId);
        const advice = resumable
          ? ""
          : ", and the trainer left no resume/ to go on from; use a longer --time";
        return { reason: `${what} reached its time limit${advice}`, mayRetry: resumable };
      }
      case "CANCELLED": {
        // A person's cancellation leaves a log line without a cause (DUE TO), or no line if the job had not started.
        const line = output.split("\n").findLast((text) => text.includes("CANCELLED AT"));
        const byHand =
          line === undefined ? !existsSync(startPath(this.batch, this.index)) : !line.includes("DUE TO");
        return { reason: `${what} was cancelled in Slurm${tail}`, mayRetry: !byHand };
      }
      case "OUT_OF_MEMORY":
        return {
          reason: `${what} was killed${where} (out of memory: more than Slurm gave it)${tail}`,
          mayRetry: true,
        };
      case "NODE_FAIL":
        return {
          reason: `${what} ended when its node was lost (${this.entry.node ?? "unknown"})`,
          mayRetry: true,
        };
    }
    return { reason: `${what} ended${where} without a result of its process${tail}`, mayRetry: true };
  }
}

const progressKinds: ReadonlySet<string> = new Set<ProgressEvent["kind"]>([
  "step",
  "point",
  "evaluating",
  "resumed",
  "checkpoint",
  "note",
]);

function isProgress(event: { readonly kind: string }): event is ProgressEvent {
  return progressKinds.has(event.kind);
}
