import { hostname } from "node:os";
import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { StopSignals } from "@lorank/sweep";
import type { OwnPlace, WorkEnd, WorkEvent } from "@lorank/sweep/executor";
import { Worker } from "bullmq";
import { connect, type Report, unexpected } from "./connect.ts";
import type { JobData } from "./messages.ts";
import { queueName, queueOptions } from "./queue.ts";
import { RunningJobs } from "./running-jobs.ts";

export interface QueueWorkerOptions {
  /** Results folder on this machine. */
  readonly out: string;
  /** Redis address: `redis://host:6379`. */
  readonly redis: string;
  /**
   * Model and resources on this machine, or the folder with another trainer's commands. The results folder has the
   * rest. (default: none, and every job is refused)
   */
  readonly place?: OwnPlace | undefined;
  /** Count of jobs run side by side, each in a process. */
  readonly trialsAtOnce: number;
  /** Signals that end the worker, and return all jobs to the queue. */
  readonly signals: StopSignals;
  /** Receives trials' events, at most one step a second. (default: none) */
  readonly onEvent?: ((event: WorkEvent) => void) | undefined;
  /** Receives sentences on lost servers and refused jobs. (default: none) */
  readonly report?: Report | undefined;
  /** Milliseconds without a renewal until the queue takes a job back. (default 30000) */
  readonly lockMs?: number | undefined;
}

/** Most workers lost with the same job, which may be the cause: then the job fails. */
const mostStalls = 20;
const cancelPollMs = 2_000;
/** Milliseconds to return jobs; a lost server hands them on when locks expire. */
const farewellMs = 5_000;

/**
 * Runs jobs from a results folder's queue in child processes, until a signal. Only this process renews its hold on
 * them, so no training can delay that. A job may run twice if a worker loses the server for a while: the results folder
 * takes the first result.
 *
 * @throws InputError `E_REDIS` where no server answers; `E_QUEUE`.
 */
export async function runQueueWorker(options: QueueWorkerOptions): Promise<void> {
  const { out, redis, trialsAtOnce, signals, report = () => {}, lockMs = 30_000 } = options;
  if (signals.stop?.aborted || signals.kill?.aborted) return;
  const root = resolve(out);
  const name = queueName(root);
  const client = await connect(redis, report);
  const running = new RunningJobs(root, name, options, lockMs, client);
  const worker = new Worker<JobData, WorkEnd, string>(name, (job, token) => running.run(job, token!), {
    ...queueOptions(client),
    name: hostname(),
    concurrency: trialsAtOnce,
    lockDuration: lockMs,
    stalledInterval: Math.ceil(lockMs / 3), // the server takes whole milliseconds alone
    maxStalledCount: mostStalls,
    runRetryDelay: 1_000,
  });
  worker.on("error", unexpected(report));
  const timer = setInterval(() => void running.endCancelled(), cancelPollMs);
  await new Promise<void>((ended) => {
    for (const [signal, how] of [
      [signals.stop, "stop"],
      [signals.kill, "kill"],
    ] as const)
      signal?.addEventListener("abort", () => {
        running.end(how);
        ended();
      });
  });
  const closed = worker.close();
  await Promise.race([closed, running.ended()]); // a command may take a minute to save its state
  await Promise.race([closed, delay(farewellMs, undefined, { ref: false })]);
  clearInterval(timer);
  client.disconnect();
}
