import { existsSync } from "node:fs";
import { join } from "node:path";
import { isInputError } from "@lorank/core";
import type { ExecutorName } from "../settings/executors.ts";
import { redisQueue } from "./redis.ts";
import type { SchedulerJob, SchedulerQueue } from "./scheduler-queue.ts";

/**
 * The queue in which a scheduler may have jobs of a results folder; undefined where it has none.
 *
 * @param redis address of the queue's server.
 */
type QueueOf = (out: string, redis: string | undefined) => Promise<SchedulerQueue | undefined>;

/** Queues by the executor that submits to them. */
const queues: Readonly<Partial<Record<ExecutorName, QueueOf>>> = {
  async slurm(out) {
    const isUsed = ["", "search"].some((part) => existsSync(join(out, part, "slurm")));
    if (!isUsed) return undefined;
    const { SlurmQueue } = await import("@lorank/sweep/executor");
    return new SlurmQueue(out);
  },
  bullmq: redisQueue,
};

/** Jobs of a results folder in all queues. `problems`: queues that do not answer. */
export interface Queues {
  readonly jobs: readonly SchedulerJob[];
  readonly problems: readonly string[];
}

/**
 * Lists the jobs of the sweep in `out` that schedulers have.
 *
 * @param redis address of the server that has the sweep's queue.
 * @param signal ends a question that is answered slowly or never.
 */
export function queuedJobs(out: string, redis: string | undefined, signal?: AbortSignal): Promise<Queues> {
  return ask(out, redis, (queue) => queue.jobs(signal));
}

/** Cancels jobs of these trials (default: of all), queued or running. Returns the jobs as they were before. */
export function cancelJobs(
  out: string,
  redis: string | undefined,
  trialIds: readonly string[] | undefined,
): Promise<Queues> {
  return ask(out, redis, (queue) => queue.cancel(trialIds));
}

/** A queue that does not answer must not hide what the folder says. */
async function ask(
  out: string,
  redis: string | undefined,
  question: (queue: SchedulerQueue) => Promise<readonly SchedulerJob[]>,
): Promise<Queues> {
  const answers = await Promise.allSettled(
    Object.values(queues).map(async (queueOf) => {
      const queue = await queueOf(out, redis);
      return queue === undefined ? [] : question(queue);
    }),
  );
  const problems = answers.flatMap((answer) => {
    if (answer.status === "fulfilled") return [];
    if (isInputError(answer.reason)) return [answer.reason.message];
    throw answer.reason;
  });
  return { jobs: answers.flatMap((one) => (one.status === "fulfilled" ? one.value : [])), problems };
}
