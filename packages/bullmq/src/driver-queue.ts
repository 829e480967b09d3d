import { setTimeout as delay } from "node:timers/promises";
import type { Submission, WorkEnd, WorkEvent } from "@lorank/sweep/executor";
import type { SweepStore } from "@lorank/sweep/folder";
import type { Redis } from "ioredis";
import type { Report } from "./connect.ts";
import { endOf, eventsOf, type JobData, jobOf } from "./messages.ts";
import { cancelJob, cancelledEnd, cancelledKey, type JobQueue, liveJobs, liveStates } from "./queue.ts";

/** Grace for workers, which look for cancellations every two seconds and give processes five. */
const graceMs = 10_000;

interface JobToRun {
  readonly id: string;
  readonly data: JobData;
}

interface Waiter extends JobToRun {
  jobId: string;
  /** True if the trial had its result at the last look. */
  wasDone: boolean;
  readonly progressed: (progress: unknown) => void;
  readonly settle: (end: WorkEnd) => void;
}

/** Driver's queue: adds jobs, and waits for their end. */
export class DriverQueue {
  readonly #queue: JobQueue;
  readonly #client: Redis;
  readonly #store: SweepStore;
  readonly #waiters = new Set<Waiter>();
  /** Training jobs of an earlier driver, by id, with last progress. */
  readonly #earlier = new Map<string, { readonly trialId: string; readonly progress: unknown }>();
  #isLooking = false;
  #isClosed = false;
  #isMissed = false;
  readonly #onTheWay = new Set<Promise<unknown>>();
  readonly #onStop: "detach" | "cancel";
  readonly #report: Report;

  constructor(
    queue: JobQueue,
    client: Redis,
    store: SweepStore,
    onStop: "detach" | "cancel",
    report: Report,
  ) {
    this.#report = report;
    this.#onStop = onStop;
    this.#queue = queue;
    this.#client = client;
    this.#store = store;
  }

  /** Takes over an earlier driver's jobs; ended jobs are in the results folder. */
  async takeOver(): Promise<void> {
    for (const state of ["completed", "failed"] as const) await this.#queue.clean(0, 0, state);
    for (const { job } of await liveJobs(this.#queue)) {
      const work = jobOf(job.data)?.work;
      if (work?.kind === "train")
        this.#earlier.set(job.id!, { trialId: work.trialId, progress: job.progress });
    }
  }

  submit(job: JobToRun, onEvent: (event: WorkEvent) => void): Submission {
    const { promise: ended, resolve: settle } = withResolvers<WorkEnd>();
    const progressed = eventsOf(job.data.work.trialId, onEvent);
    const waiter: Waiter = { ...job, jobId: job.id, wasDone: false, progressed, settle };
    this.#waiters.add(waiter);
    const begun = this.#begin(waiter).catch((error: Error) =>
      this.#settle(waiter, { reason: `the queue did not take it: ${error.message}`, mayRetry: true }),
    );
    const canCancel = (how: "stop" | "kill") =>
      (how === "kill" || this.#onStop === "cancel") && this.#client.status === "ready";
    return {
      ended,
      cancel: (how) =>
        canCancel(how) ? this.#keep(begun.then(() => this.#cancel(waiter, how))) : this.#settle(waiter, left),
    };
  }

  progressed(jobId: string, progress: unknown): void {
    for (const waiter of this.#waitersFor(jobId)) waiter.progressed(progress);
  }

  ended(jobId: string, answer: unknown): void {
    const waiters = this.#waitersFor(jobId);
    for (const waiter of waiters) this.#settle(waiter, endOf(answer));
    if (waiters.length > 0) this.#keep(this.#queue.remove(jobId));
  }

  removed(jobId: string): void {
    if (this.#waitersFor(jobId).length > 0) this.#keep(this.#ask(jobId));
  }

  /** Looks for missed events and lost jobs in the queue, and finished trials in the results folder. */
  async lookThrough(): Promise<void> {
    if (this.#isLooking || this.#client.status !== "ready") return;
    this.#isLooking = true;
    try {
      const live = new Set(await this.#queue.getRanges([...liveStates], 0, -1));
      if (live.size > 0) await this.#missWorkers();
      for (const waiter of [...this.#waiters]) {
        // Trials done at two looks are settled: the worker had time to answer itself.
        if (waiter.wasDone) {
          this.#settle(waiter, done);
          if (this.#waitersFor(waiter.jobId).length === 0) await this.#queue.remove(waiter.jobId); // running jobs stay
        } else if (this.#isDone(waiter)) waiter.wasDone = true;
        else if (!live.has(waiter.jobId)) await this.#ask(waiter.jobId);
      }
    } catch {
      // The connection was lost; the next look tries again.
    } finally {
      this.#isLooking = false;
    }
  }

  async #missWorkers(): Promise<void> {
    const isMissed = (await this.#queue.getWorkersCount()) === 0;
    if (isMissed && !this.#isMissed)
      this.#report("No worker takes jobs from the queue. On each machine: lorank worker <out> --redis <url>");
    this.#isMissed = isMissed;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#onTheWay);
  }

  async #begin(waiter: Waiter): Promise<void> {
    await this.#client.hdel(cancelledKey(this.#queue.name), waiter.id);
    for (const [id, earlier] of this.#earlier) {
      const { kind, trialId } = waiter.data.work;
      if (kind !== "train" || trialId !== earlier.trialId) continue;
      // Earlier jobs that wait are replaced by ours; a running job is taken over.
      const isGone = id !== waiter.id && (await this.#queue.remove(id)) === 1;
      if (isGone || id === waiter.id) this.#earlier.delete(id);
      if (isGone) continue;
      waiter.jobId = id;
      waiter.progressed(earlier.progress);
    }
    if (waiter.jobId === waiter.id) await this.#add(waiter);
    else await this.#ask(waiter.jobId); // that job may have ended since
  }

  async #add({ id, data }: Waiter): Promise<void> {
    await this.#queue.add(data.work.kind, data, { jobId: id, attempts: 1 });
  }

  async #ask(jobId: string): Promise<void> {
    const job = await this.#queue.getJob(jobId);
    if (this.#isClosed) return;
    if (job !== undefined) {
      if (job.finishedOn !== undefined)
        this.ended(jobId, job.failedReason ? lost(job.failedReason) : job.returnvalue);
    } else if ((await this.#client.hexists(cancelledKey(this.#queue.name), jobId)) === 1) {
      this.ended(jobId, cancelledEnd);
    } else {
      // Jobs lost by the server or settled by another driver are queued again, unless done: no attempt has failed.
      for (const waiter of this.#waitersFor(jobId)) {
        waiter.jobId = waiter.id;
        if (this.#isDone(waiter)) this.#settle(waiter, done);
        else await this.#add(waiter);
      }
    }
  }

  async #cancel(waiter: Waiter, how: "stop" | "kill"): Promise<void> {
    if (!this.#waiters.has(waiter)) return;
    const isGone = await cancelJob(this.#queue, this.#client, waiter.jobId, how);
    // Grace for the worker, which reports a cancelled job's end unless gone itself.
    if (!isGone) await delay(graceMs, undefined, { ref: false });
    this.#settle(waiter, cancelledEnd);
  }

  /** Ignores errors: the next look finds what a call missed. */
  #keep(call: Promise<unknown>): void {
    const pending = call.catch(() => {}).finally(() => this.#onTheWay.delete(pending));
    this.#onTheWay.add(pending);
  }

  #settle(waiter: Waiter, end: WorkEnd): void {
    if (this.#waiters.delete(waiter)) waiter.settle(end);
  }

  #waitersFor(jobId: string): Waiter[] {
    return [...this.#waiters].filter((waiter) => waiter.jobId === jobId);
  }

  /** Tells whether a trial has its result. Other work has none to look for, and is soon done twice. */
  #isDone({ data: { work } }: Waiter): boolean {
    return work.kind === "train" && this.#store.isDone(work.trialId);
  }
}

const done: WorkEnd = { reason: "the results folder has its result", mayRetry: true };
const left: WorkEnd = { reason: "its job was left in the queue", mayRetry: true };

/** End of a job that BullMQ calls failed, without a word from a worker. */
export function lost(failedReason: string): WorkEnd {
  return { reason: `its workers were lost: ${failedReason}`, mayRetry: true };
}

function withResolvers<Value>(): { promise: Promise<Value>; resolve: (value: Value) => void } {
  let resolve!: (value: Value) => void;
  const promise = new Promise<Value>((taken) => {
    resolve = taken;
  });
  return { promise, resolve };
}
