import { statSync } from "node:fs";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isInputError } from "@lorank/core";
import type { StopSignals } from "@lorank/sweep";
import {
  localExecutor,
  type OwnPlace,
  type Submission,
  type WorkEnd,
  type WorkEvent,
} from "@lorank/sweep/executor";
import { SweepStore } from "@lorank/sweep/folder";
import { WaitingError, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { connect, type Report, unexpected } from "./connect.ts";
import { fromJobData } from "./job-data.ts";
import { type JobData, type JobProgress, withEvent } from "./messages.ts";
import { type BullmqJob, cancelledEnd, cancelledKey, queueName, queueOptions } from "./queue.ts";

export interface QueueWorkerOptions {
  /** Results folder on this machine. */
  readonly out: string;
  /** Redis address: `redis://host:6379`. */
  readonly redis: string;
  /**
   * Model and resources on this machine, or the folder with another trainer's commands. The results folder has the
   * rest. (default: none, and every job is refused)
   */
  readonly place?: OwnPlace | undefined;
  /** Jobs side by side, each in a process. */
  readonly trialsAtOnce: number;
  /** Signals that end the worker, and return all jobs to the queue. */
  readonly signals: StopSignals;
  /** Receives trials' events, at most one step a second. (default: none) */
  readonly onEvent?: ((event: WorkEvent) => void) | undefined;
  /** Receives sentences on lost servers and refused jobs. (default: none) */
  readonly report?: Report | undefined;
  /** Milliseconds without a renewal until the queue takes a job back. (default 30000) */
  readonly lockMs?: number | undefined;
}

/** Most workers lost with the same job, which may be the cause: then the job fails. */
const mostStalls = 20;
const progressIntervalMs = 1_000;
const cancelPollMs = 2_000;
/** Milliseconds to return jobs; a lost server hands them on when locks expire. */
const farewellMs = 5_000;

/**
 * Runs jobs from a results folder's queue in child processes, until a signal. Only this process renews its hold on
 * them, so no training can delay that. A job may run twice if a worker loses the server for a while: the results folder
 * takes the first result.
 *
 * @throws InputError `E_REDIS` where no server answers; `E_QUEUE`.
 */
export async function runQueueWorker(options: QueueWorkerOptions): Promise<void> {
  const { out, redis, trialsAtOnce, signals, report = () => {}, lockMs = 30_000 } = options;
  if (signals.stop?.aborted || signals.kill?.aborted) return;
  const root = resolve(out);
  const name = queueName(root);
  const client = await connect(redis, report);
  const running = new RunningJobs(root, name, options, lockMs, client);
  const worker = new Worker<JobData, WorkEnd, string>(name, (job, token) => running.run(job, token!), {
    ...queueOptions(client),
    name: hostname(),
    concurrency: trialsAtOnce,
    lockDuration: lockMs,
    stalledInterval: Math.ceil(lockMs / 3), // the server takes whole milliseconds alone
    maxStalledCount: mostStalls,
    runRetryDelay: 1_000,
  });
  worker.on("error", unexpected(report));
  const timer = setInterval(() => void running.endCancelled(), cancelPollMs);
  await new Promise<void>((ended) => {
    for (const [signal, how] of [
      [signals.stop, "stop"],
      [signals.kill, "kill"],
    ] as const)
      signal?.addEventListener("abort", () => {
        running.end(how);
        ended();
      });
  });
  const closed = worker.close();
  await Promise.race([closed, running.ended()]); // a command may take a minute to save its state
  await Promise.race([closed, delay(farewellMs, undefined, { ref: false })]);
  clearInterval(timer);
  client.disconnect();
}

class RunningJobs {
  readonly #root: string;
  readonly #cancelledKey: string;
  readonly #options: QueueWorkerOptions;
  readonly #lockMs: number;
  readonly #client: Redis;
  readonly #submissions = new Map<string, Submission>();
  readonly #cancelled = new Map<string, string>();
  #ending: "stop" | "kill" | undefined;

  constructor(root: string, queue: string, options: QueueWorkerOptions, lockMs: number, client: Redis) {
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
    // A job lost to the queue and taken again still runs here.
    const known = this.#submissions.get(job.id!);
    if (known !== undefined) return known.ended;
    const tell = this.#progressOf(job);
    const executor = localExecutor(place, { ...this.#options, eventMs: progressIntervalMs });
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
