import type { Redis } from "ioredis";
import type { JobData } from "../../src/messages.ts";
import type { JobQueue } from "../../src/queue.ts";

interface FakeJob {
  readonly id: string;
  readonly data: JobData;
  readonly attempts?: number;
  state: "wait" | "active" | "completed" | "failed";
  progress: unknown;
  finishedOn?: number;
  returnvalue?: unknown;
  failedReason?: string;
}

/** A queue and its server in this process: as much of BullMQ and Redis as drivers and workers call. */
export class FakeQueue {
  readonly name = "lorank-0123456789abcdef";
  readonly jobs = new Map<string, FakeJob>();
  /** Hash of cancelled jobs: id to manner. */
  readonly cancelled = new Map<string, string>();
  workers = 1;
  status = "ready";
  /** What the next call of the queue throws. */
  failure: Error | undefined;
  /** Names of the calls so far. */
  readonly calls: string[] = [];

  get queue(): JobQueue {
    return this as unknown as JobQueue;
  }

  get client(): Redis {
    return this as unknown as Redis;
  }

  /** Puts a job there, as another driver would have. */
  put(id: string, data: unknown, more: Partial<FakeJob> = {}): FakeJob {
    const job: FakeJob = { id, data: data as JobData, state: "wait", progress: 0, ...more };
    this.jobs.set(id, job);
    return job;
  }

  end(id: string, members: Partial<FakeJob>): void {
    Object.assign(this.jobs.get(id)!, { state: "completed", finishedOn: 1, ...members });
  }

  /** Ids of the jobs in each state. */
  get states(): Record<string, string> {
    return Object.fromEntries([...this.jobs.values()].map(({ id, state }) => [id, state]));
  }

  async clean(grace: number, limit: number, state: string): Promise<void> {
    this.#called("clean");
    const old = [...this.jobs.values()].filter((job) => job.state === state && grace === 0);
    for (const { id } of limit === 0 ? old : old.slice(0, limit)) this.jobs.delete(id);
  }

  async getRanges(states: readonly string[], start: number, end: number): Promise<string[]> {
    this.#called("getRanges");
    const ids = [...this.jobs.values()].filter(({ state }) => states.includes(state)).map(({ id }) => id);
    return ids.slice(start, end === -1 ? undefined : end + 1);
  }

  async getJob(id: string): Promise<FakeJob | undefined> {
    this.#called("getJob");
    return this.jobs.get(id);
  }

  async getWorkersCount(): Promise<number> {
    this.#called("getWorkersCount");
    return this.workers;
  }

  /** Adds a job; BullMQ keeps the first of two jobs with one id. */
  async add(_name: string, data: JobData, opts: { jobId: string; attempts: number }): Promise<void> {
    this.#called("add");
    if (!this.jobs.has(opts.jobId)) this.put(opts.jobId, data, { attempts: opts.attempts });
  }

  /** A running job's worker has it locked. */
  async remove(id: string): Promise<number> {
    this.#called("remove");
    if (this.jobs.get(id)?.state === "active") return 0;
    this.jobs.delete(id);
    return 1;
  }

  async hset(key: string, id: string, how: string): Promise<void> {
    this.#hash(key).set(id, how);
  }

  async hdel(key: string, id: string): Promise<void> {
    this.#hash(key).delete(id);
  }

  async hexists(key: string, id: string): Promise<number> {
    return this.#hash(key).has(id) ? 1 : 0;
  }

  async hgetall(key: string): Promise<Record<string, string>> {
    return Object.fromEntries(this.#hash(key));
  }

  #hash(key: string): Map<string, string> {
    if (key === `bull:${this.name}:cancelled`) return this.cancelled;
    throw new Error(`no hash ${key}`);
  }

  #called(name: string): void {
    this.calls.push(name);
    const failure = this.failure;
    this.failure = undefined;
    if (failure !== undefined) throw failure;
  }
}
