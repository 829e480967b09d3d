import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { commitOnce, makeFolder, readTextFile } from "@lorank/checkpoint/disk";
import { InputError } from "@lorank/core";
import type { Work, WorkEnd } from "@lorank/sweep/executor";
import { type Job, Queue } from "bullmq";
import type { Redis } from "ioredis";
import { connect, type Report, unexpected } from "./connect.ts";
import { isJobProgress, type JobData, jobOf } from "./messages.ts";

export type JobQueue = Queue<JobData, WorkEnd, string>;
export type BullmqJob = Job<JobData, WorkEnd, string>;

export const liveStates = ["wait", "active", "prioritized", "delayed"] as const;

/** BullMQ options without BullMQ's server check, which prints. */
export function queueOptions(connection: Redis): { connection: Redis; skipVersionCheck: true } {
  return { connection, skipVersionCheck: true };
}

export function openQueue(name: string, connection: Redis, report: Report): JobQueue {
  const queue: JobQueue = new Queue(name, queueOptions(connection));
  queue.on("error", unexpected(report));
  return queue;
}

/** Waiting and running jobs; unreadable jobs are someone else's. */
export async function liveJobs(
  queue: JobQueue,
): Promise<{ readonly job: BullmqJob; readonly state: "queued" | "running" }[]> {
  const readable = async (states: readonly (typeof liveStates)[number][]): Promise<BullmqJob[]> => {
    const ids = await queue.getRanges([...states], 0, -1);
    const jobs = await Promise.all(
      ids.map((id) =>
        queue.getJob(id).catch((error: unknown) => {
          if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
        }),
      ),
    );
    return jobs.filter((job) => job !== undefined);
  };
  const [running, waiting] = await Promise.all([
    readable(["active"]),
    readable(liveStates.filter((state) => state !== "active")),
  ]);
  const seen = new Set<string>();
  // Jobs that begin in between are in both lists; ended jobs have no data.
  return [
    ...running.map((job) => ({ job, state: "running" as const })),
    ...waiting.map((job) => ({ job, state: "queued" as const })),
  ].filter(({ job }) => {
    if (job.id === undefined || seen.has(job.id)) return false;
    seen.add(job.id);
    return true;
  });
}

/**
 * Queue name for the results folder `out`, drawn once and saved in `queue.json`.
 *
 * @throws InputError `E_QUEUE` where `queue.json` holds something else.
 */
export function queueName(out: string): string {
  const known = knownQueueName(out);
  if (known !== undefined) return known;
  makeFolder(out);
  const drawn = { queue: `lorank-${randomBytes(8).toString("hex")}` };
  commitOnce(Buffer.from(`${JSON.stringify(drawn)}\n`), join(out, "queue.json"));
  return knownQueueName(out)!; // the first of two simultaneous draws wins
}

/** Queue name, if drawn. Writes nothing. */
export function knownQueueName(out: string): string | undefined {
  const path = join(out, "queue.json");
  if (!existsSync(path)) return undefined;
  const name = /"queue":\s*"(lorank-[0-9a-f]{16})"/.exec(readTextFile(path))?.[1];
  if (name !== undefined) return name;
  throw new InputError(
    "E_QUEUE",
    `${path} must hold the name of a queue, got another text\nDelete it; jobs in the queue are then added again.`,
  );
}

export const cancelledEnd: WorkEnd = { reason: "its job was cancelled", mayRetry: false };

/** Key of the Redis hash with cancelled jobs: job id to `stop` or `kill`. */
export function cancelledKey(queue: string): string {
  return `bull:${queue}:cancelled`;
}

/** Removes a waiting job, or has a worker end it. True if removed. */
export async function cancelJob(
  queue: JobQueue,
  client: Redis,
  jobId: string,
  how: "stop" | "kill",
): Promise<boolean> {
  await client.hset(cancelledKey(queue.name), jobId, how);
  return (await queue.remove(jobId)) === 1;
}

/** Trial behind a waiting or running job. */
export interface QueuedTrial {
  readonly trialId: string;
  readonly jobId: string;
  readonly kind: Work["kind"];
  readonly state: "queued" | "running";
  readonly node?: string;
  readonly attempt?: number;
}

/** Queue for a results folder, connected for one question at a time. */
export class RedisQueue {
  readonly #out: string;
  readonly #redis: string;

  constructor(out: string, redis: string) {
    this.#out = out;
    this.#redis = redis;
  }

  /**
   * Trials that wait or run; none where the folder has no queue.
   *
   * @param signal ends the connection to a silent server.
   * @throws InputError `E_REDIS` where no server answers; `E_QUEUE`.
   */
  async jobs(signal?: AbortSignal): Promise<QueuedTrial[]> {
    return this.#open((queue) => queuedTrials(queue), signal);
  }

  /**
   * Removes these trials' waiting jobs, and stops running jobs within seconds. Results stay.
   *
   * @param trialIds (default: all)
   * @returns the cancelled trials, as they were before.
   * @throws as {@link jobs}.
   */
  async cancel(trialIds?: readonly string[]): Promise<QueuedTrial[]> {
    return this.#open(async (queue, client) => {
      const trials = await queuedTrials(queue);
      const cancelled = trials.filter(({ trialId }) => trialIds?.includes(trialId) ?? true);
      for (const { jobId } of cancelled) await cancelJob(queue, client, jobId, "stop");
      return cancelled;
    });
  }

  async #open(
    use: (queue: JobQueue, client: Redis) => Promise<QueuedTrial[]>,
    signal?: AbortSignal,
  ): Promise<QueuedTrial[]> {
    const name = knownQueueName(this.#out);
    if (name === undefined) return [];
    const client = await connect(this.#redis, () => {}, signal);
    const queue = openQueue(name, client, () => {});
    try {
      return await use(queue, client);
    } finally {
      await queue.close();
      client.disconnect();
    }
  }
}

async function queuedTrials(queue: JobQueue): Promise<QueuedTrial[]> {
  const jobs = await liveJobs(queue);
  return jobs.flatMap(({ job, state }) => {
    const work = jobOf(job.data)?.work;
    if (work === undefined) return []; // another program's job
    const progress = isJobProgress(job.progress) ? job.progress : undefined;
    const { trialId, kind } = work;
    const { node, attempt } = progress ?? {};
    return {
      trialId,
      jobId: job.id!,
      kind,
      state,
      ...(state === "running" && node !== undefined ? { node } : {}),
      ...(state === "running" && attempt !== undefined ? { attempt } : {}),
    };
  });
}
