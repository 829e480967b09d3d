import type { WorkEnd } from "@lorank/sweep/executor";
import { type Job, Queue } from "bullmq";
import type { Redis } from "ioredis";
import { type Report, unexpected } from "./connect.ts";
import type { JobData } from "./messages.ts";

/** A queue of one results folder. */
export type JobQueue = Queue<JobData, WorkEnd, string>;
export type QueuedJob = Job<JobData, WorkEnd, string>;

/** States of a job that is still to end. */
export const liveStates = ["wait", "active", "prioritized", "delayed"] as const;

/** What every part of BullMQ is told. Its own check of the server prints; {@link connect} has made one. */
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
): Promise<{ readonly job: QueuedJob; readonly state: "queued" | "running" }[]> {
  const readable = async (states: readonly (typeof liveStates)[number][]): Promise<QueuedJob[]> => {
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
