import { isInputError } from "@lorank/core";
import type { SchedulerJob, SchedulerQueue } from "./executor.ts";
import { executors } from "./executors.ts";

/** Jobs of a results folder in all queues. `problems`: queues that do not answer. */
export interface Queues {
  readonly jobs: readonly SchedulerJob[];
  readonly problems: readonly string[];
}

/** Scheduled jobs of the sweep in `out`. `redis`: address of the queue's server; `signal` ends a slow query. */
export function queuedJobs(out: string, redis: string | undefined, signal?: AbortSignal): Promise<Queues> {
  return ask(out, redis, (queue) => queue.jobs(signal));
}

/** Cancels jobs of these trials (default: all), queued or running; returns them as they were before. */
export function cancelJobs(
  out: string,
  redis: string | undefined,
  trialIds: readonly string[] | undefined,
): Promise<Queues> {
  return ask(out, redis, (queue) => queue.cancel(trialIds));
}

/** Unreachable queues must not hide what the folder says. */
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
