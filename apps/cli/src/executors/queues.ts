import { isInputError } from "@lorank/core";
import type { SchedulerJob, SchedulerQueue } from "./executor.ts";
import { executors } from "./executors.ts";

/** Jobs in all queues for a results folder. `problems`: queues that did not answer. */
export interface Queues {
  readonly jobs: readonly SchedulerJob[];
  readonly problems: readonly string[];
}

/** Queued and running jobs for the sweep in `out`. `redis`: the queue server's address; `signal` ends a slow query. */
export function queuedJobs(out: string, redis: string | undefined, signal?: AbortSignal): Promise<Queues> {
  return ask(out, redis, (queue) => queue.jobs(signal));
}

/** Cancels queued and running jobs for these trials (default: all); returns their former states. */
export function cancelJobs(
  out: string,
  redis: string | undefined,
  trialIds: readonly string[] | undefined,
): Promise<Queues> {
  return ask(out, redis, (queue) => queue.cancel(trialIds));
}

/** Asks every scheduler's queue. Unreachable ones become problems: the folder's facts must still be shown. */
async function ask(
  out: string,
  redis: string | undefined,
  question: (queue: SchedulerQueue) => Promise<readonly SchedulerJob[]>,
): Promise<Queues> {
  const answers = await Promise.allSettled(
    executors.map(async (executor) => {
      const queue = await executor.queue?.(out, redis);
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
