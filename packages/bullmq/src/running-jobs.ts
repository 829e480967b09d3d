import { statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isInputError } from "@lorank/core";
import {
  type Executor,
  localExecutor,
  type OwnPlace,
  type Submission,
  type WorkEnd,
  type WorkEvent,
} from "@lorank/sweep/executor";
import { SweepStore } from "@lorank/sweep/folder";
import { WaitingError } from "bullmq";
import type { Redis } from "ioredis";
import type { Report } from "./connect.ts";
import { fromJobData } from "./job-data.ts";
import { type JobProgress, withEvent } from "./messages.ts";
import { type BullmqJob, cancelledEnd, cancelledKey } from "./queue.ts";

const progressIntervalMs = 1_000;

export interface RunningJobsOptions {
  readonly place?: OwnPlace | undefined;
  readonly trialsAtOnce: number;
  readonly onEvent?: ((event: WorkEvent) => void) | undefined;
  readonly report?: Report | undefined;
}

/** A worker's jobs: runs each in a process, and ends those that are cancelled. */
export class RunningJobs {
  readonly #root: string;
  readonly #cancelledKey: string;
  readonly #options: RunningJobsOptions;
  readonly #lockMs: number;
  readonly #client: Redis;
  readonly #executorAt: (...place: Parameters<typeof localExecutor>) => Executor;
  readonly #submissions = new Map<string, Submission>();
  readonly #cancelled = new Map<string, string>();
  #ending: "stop" | "kill" | undefined;

  /** @param executorAt starts processes; tests have their own. */
  constructor(
    root: string,
    queue: string,
    options: RunningJobsOptions,
    lockMs: number,
    client: Redis,
    executorAt: (...place: Parameters<typeof localExecutor>) => Executor = localExecutor,
  ) {
    this.#executorAt = executorAt;
    this.#root = root;
    this.#cancelledKey = cancelledKey(queue);
    this.#options = options;
    this.#lockMs = lockMs;
    this.#client = client;
  }

  async run(job: BullmqJob, token: string): Promise<WorkEnd> {
    const end = await this.#runHere(job).catch((error: Error) => {
      const isRefused = isInputError(error);
      if (isRefused) this.#options.report?.(`A job was refused: ${error.message}`);
      return { reason: error.message, mayRetry: !isRefused };
    });
    if (this.#cancelled.delete(job.id!)) return cancelledEnd;
    if (this.#ending !== undefined) {
      await job.moveToWait(token);
      throw new WaitingError();
    }
    return end;
  }

  end(how: "stop" | "kill"): void {
    this.#ending = how;
    for (const { cancel } of this.#submissions.values()) cancel(how);
  }

  async ended(): Promise<void> {
    await Promise.allSettled([...this.#submissions.values()].map(({ ended }) => ended));
  }

  async endCancelled(): Promise<void> {
    if (this.#submissions.size === 0 || this.#client.status !== "ready") return;
    const cancelled = await this.#client.hgetall(this.#cancelledKey).catch(() => ({}));
    for (const [id, how] of Object.entries(cancelled)) {
      const submission = this.#submissions.get(id);
      if (submission === undefined || this.#cancelled.get(id) === how) continue;
      this.#cancelled.set(id, how);
      submission.cancel(how === "kill" ? "kill" : "stop");
    }
  }

  async #runHere(job: BullmqJob): Promise<WorkEnd> {
    const { place, work } = fromJobData(this.#root, job.data, this.#options.place);
    if ((await this.#client.hexists(this.#cancelledKey, job.id!)) === 1) return cancelledEnd;
    const store = new SweepStore(place.out);
    const { kind, trialId } = work;
    const isDone = () => kind === "train" && store.isDone(trialId);
    if (job.attemptsStarted > 1 && kind === "train") await this.#whileAnotherRuns(store, trialId, isDone);
    if (isDone()) return { reason: "it was done before", mayRetry: true };
    if (this.#ending !== undefined) return { reason: "its worker was stopped", mayRetry: true };
    // Process of a job lost to the queue and taken again: it still runs here.
    const known = this.#submissions.get(job.id!);
    if (known !== undefined) return known.ended;
    const tell = this.#progressOf(job);
    const executor = this.#executorAt(place, { ...this.#options, eventMs: progressIntervalMs });
    const submission = executor.submit(work, (event) => {
      tell(event);
      this.#options.onEvent?.(event);
    });
    this.#submissions.set(job.id!, submission);
    try {
      return await submission.ended;
    } finally {
      this.#submissions.delete(job.id!);
    }
  }

  /**
   * Waits while a lost worker's process still writes to the trial's log. Other machines' clocks are trusted for half a
   * lock at most.
   */
  async #whileAnotherRuns(store: SweepStore, trialId: string, isDone: () => boolean): Promise<void> {
    const freshMs = this.#lockMs / 2;
    let newest = lastWrite(store, trialId);
    let seenAt = performance.now();
    while (Date.now() - newest < freshMs && performance.now() - seenAt < freshMs) {
      if (isDone() || this.#ending !== undefined) return;
      await delay(Math.min(500, freshMs / 4));
      const now = lastWrite(store, trialId);
      if (now !== newest) seenAt = performance.now();
      newest = now;
    }
  }

  #progressOf(job: BullmqJob): (event: WorkEvent) => void {
    let progress: JobProgress = { node: hostname() };
    return (event) => {
      progress = withEvent(progress, event);
      // Nothing piles up while the server is away: each progress is complete.
      if (this.#client.status === "ready") job.updateProgress(progress).catch(() => {});
    };
  }
}

/** Last write to the trial's newest log, in milliseconds since 1970; 0 without logs. */
function lastWrite(store: SweepStore, trialId: string): number {
  const folder = store.attempts(trialId).at(-1)?.folder;
  const log = folder && statSync(join(folder, "log.jsonl"), { throwIfNoEntry: false });
  return log ? log.mtimeMs : 0;
}
