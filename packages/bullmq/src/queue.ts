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

/** A queue of one results folder. */
export type JobQueue = Queue<JobData, WorkEnd, string>;
export type BullmqJob = Job<JobData, WorkEnd, string>;

/** States of a job that is still to end. */
export const liveStates = ["wait", "active", "prioritized", "delayed"] as const;

/** Options for every part of BullMQ. Its own check of the server prints; {@link connect} has made one. */
export function queueOptions(connection: Redis): { connection: Redis; skipVersionCheck: true } {
  return { connection, skipVersionCheck: true };
}

export function openQueue(name: string, connection: Redis, report: Report): JobQueue {
  const queue: JobQueue = new Queue(name, queueOptions(connection));
  queue.on("error", unexpected(report));
  return queue;
}

/** Jobs that wait or run, with their state. What is none that can be read is passed over: somebody else wrote it. */
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
  // A job that begins in between is in both lists. One that has ended meanwhile has no data.
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
 * The name of the queue of the results folder `out`. It is drawn once and saved in `queue.json`. So all machines find
 * the same queue, and two sweeps on one server have two.
 *
 * @throws InputError `E_QUEUE` where `queue.json` holds something else.
 */
export function queueName(out: string): string {
  const known = knownQueueName(out);
  if (known !== undefined) return known;
  makeFolder(out);
  const drawn = { queue: `lorank-${randomBytes(8).toString("hex")}` };
  commitOnce(Buffer.from(`${JSON.stringify(drawn)}\n`), join(out, "queue.json"));
  return knownQueueName(out)!; // the first of two that draw at once wins
}

/** The same where there is one. Writes nothing. */
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

/** The end of a job that was cancelled. */
export const cancelledEnd: WorkEnd = { reason: "its job was cancelled", mayRetry: false };

/** A Redis hash: ids of jobs that were cancelled, and how, so that their driver and their workers know. */
export function cancelledKey(queue: string): string {
  return `bull:${queue}:cancelled`;
}

/** Removes a job that waits, and has the worker of one that runs end it. Returns whether it is gone. */
export async function cancelJob(
  queue: JobQueue,
  client: Redis,
  jobId: string,
  how: "stop" | "kill",
): Promise<boolean> {
  await client.hset(cancelledKey(queue.name), jobId, how);
  return (await queue.remove(jobId)) === 1;
}

/** A trial of a job that waits or runs. */
export interface QueuedTrial {
  readonly trialId: string;
  readonly jobId: string;
  /** The work on the trial. */
  readonly kind: Work["kind"];
  readonly state: "queued" | "running";
  /** The machine that runs it. */
  readonly node?: string;
  /** The attempt, of a trial in training. */
  readonly attempt?: number;
}

/** The queue of the results folder `out` on the server `redis`. It is connected to as long as a question takes. */
export class RedisQueue {
  readonly #out: string;
  readonly #redis: string;

  constructor(out: string, redis: string) {
    this.#out = out;
    this.#redis = redis;
  }

  /**
   * Lists the trials that wait or run; none where the folder has no queue.
   *
   * @param signal ends the connection to a server that does not answer.
   * @throws InputError `E_REDIS` where no server answers; `E_QUEUE`.
   */
  async jobs(signal?: AbortSignal): Promise<QueuedTrial[]> {
    return this.#open((queue) => queuedTrials(queue), signal);
  }

  /**
   * Removes the jobs of these trials that wait, and stops those that run, within seconds. Results stay, and the same
   * sweep command goes on with the rest.
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
    if (work === undefined) return []; // of somebody else
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
