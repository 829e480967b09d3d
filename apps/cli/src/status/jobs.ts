import { existsSync } from "node:fs";
import { join } from "node:path";
import { isInputError } from "@lorank/core";
import { cancelSlurm, slurmJobs } from "@lorank/sweep/executor";

/** A piece of a sweep's work in the queue of a scheduler, which may know more of it than the folder does. */
export interface QueuedJob {
  /** The trial that it is about. */
  readonly trialId: string;
  readonly jobId: string;
  readonly state: string;
  readonly node?: string;
  /** The scheduler's own reason for the state. */
  readonly reason?: string;
  /** Until its time limit. */
  readonly secondsLeft?: number;
  /** What keeps it from running, and the command that frees it. */
  readonly advice?: { readonly words: string; readonly command?: string };
}

/** What the queues of a results folder say. `problems`: queues that do not answer. */
export interface Queues {
  readonly jobs: readonly QueuedJob[];
  readonly problems: readonly string[];
}

/**
 * Asks the schedulers that have been given work of the sweep in `out`.
 *
 * @param redis address of the server that has the sweep's queue.
 * @param signal ends a question that is answered slowly or never.
 */
export function queuedJobs(out: string, redis: string | undefined, signal?: AbortSignal): Promise<Queues> {
  return ask(
    hasSlurm(out) && slurmJobs(out, signal),
    isQueued(out, redis) && bullmq().then(({ queueJobs }) => queueJobs(out, redis, signal)),
  );
}

/** Cancels what is queued or runs of these trials (default: of all). What it says is how the jobs were before. */
export function cancelJobs(
  out: string,
  redis: string | undefined,
  trialIds: readonly string[] | undefined,
): Promise<Queues> {
  return ask(
    hasSlurm(out) && cancelSlurm(out, trialIds),
    isQueued(out, redis) && bullmq().then(({ cancelQueued }) => cancelQueued(out, redis, trialIds)),
  );
}

/** Loaded where there is a queue alone: it brings a client of Redis. */
function bullmq() {
  return import("@lorank/bullmq");
}

function isQueued(out: string, redis: string | undefined): redis is string {
  return redis !== undefined && existsSync(join(out, "queue.json"));
}

function hasSlurm(out: string): boolean {
  return existsSync(join(out, "slurm")) || existsSync(join(out, "search", "slurm"));
}

/** A queue that does not answer must not hide what the folder says. */
async function ask(...queues: readonly (Promise<readonly QueuedJob[]> | false)[]): Promise<Queues> {
  const answers = await Promise.allSettled(queues.filter((queue) => queue !== false));
  const problems = answers.flatMap((answer) => {
    if (answer.status === "fulfilled") return [];
    if (isInputError(answer.reason)) return [answer.reason.message];
    throw answer.reason;
  });
  return { jobs: answers.flatMap((one) => (one.status === "fulfilled" ? one.value : [])), problems };
}
