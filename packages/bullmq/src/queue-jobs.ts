import type { Work } from "@lorank/sweep/executor";
import type { Redis } from "ioredis";
import { cancelJob } from "./cancelled.ts";
import { connect } from "./connect.ts";
import { isJobProgress, jobOf } from "./messages.ts";
import { type JobQueue, liveJobs, openQueue } from "./queue.ts";
import { knownQueueName } from "./queue-name.ts";

/** A trial of a job that waits or runs. */
export interface QueuedTrial {
  readonly trialId: string;
  readonly jobId: string;
  /** What is done with the trial. */
  readonly kind: Work["kind"];
  readonly state: "queued" | "running";
  /** The machine that runs it. */
  readonly node?: string;
  /** Where it is trained: which attempt. */
  readonly attempt?: number;
}

/**
 * What waits or runs in the queue of the results folder `out`; nothing where it has none.
 *
 * @param signal ends the connection to a server that does not answer.
 * @throws InputError `E_REDIS` where no server answers; `E_QUEUE`.
 */
export async function queueJobs(out: string, redis: string, signal?: AbortSignal): Promise<QueuedTrial[]> {
  return inQueue(out, redis, (queue) => queuedTrials(queue), signal);
}

/**
 * Removes the jobs of these trials that wait, and asks those that run to stop, which they do within seconds. What is done stays,
 * and the same sweep command goes on with the rest.
 *
 * @param trialIds (default: all)
 * @returns what was cancelled, as it was before.
 * @throws as {@link queueJobs}.
 */
export async function cancelQueued(
  out: string,
  redis: string,
  trialIds?: readonly string[],
): Promise<QueuedTrial[]> {
  return inQueue(out, redis, async (queue, client) => {
    const trials = await queuedTrials(queue);
    const named = trials.filter(({ trialId }) => trialIds === undefined || trialIds.includes(trialId));
    const jobs = new Set(named.map(({ jobId }) => jobId));
    for (const id of jobs) await cancelJob(queue, client, id, "stop");
    return trials.filter(({ jobId }) => jobs.has(jobId));
  });
}

async function inQueue(
  out: string,
  redis: string,
  use: (queue: JobQueue, client: Redis) => Promise<QueuedTrial[]>,
  signal?: AbortSignal,
): Promise<QueuedTrial[]> {
  const name = knownQueueName(out);
  if (name === undefined) return [];
  const client = await connect(redis, () => {}, signal);
  const queue = openQueue(name, client, () => {});
  try {
    return await use(queue, client);
  } finally {
    await queue.close();
    client.disconnect();
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
