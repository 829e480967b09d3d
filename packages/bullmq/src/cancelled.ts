import type { WorkEnd } from "@lorank/sweep/executor";
import type { Redis } from "ioredis";
import type { JobQueue } from "./queue.ts";

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
