import { isInputError } from "@lorank/core";
import type { SchedulerJob, SchedulerQueue } from "./executor.ts";
import { executors } from "./executors.ts";

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
