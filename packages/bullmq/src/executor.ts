import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Executor, StartExecutor } from "@lorank/sweep/executor";
import { SweepStore } from "@lorank/sweep/folder";
import { QueueEvents } from "bullmq";
import { connect, type Report, unexpected } from "./connect.ts";
import { DriverQueue, lost } from "./driver-queue.ts";
import { jobId, toJobData } from "./job-data.ts";
import { openQueue, queueName, queueOptions } from "./queue.ts";

const farewellMs = 2_000;

export interface BullmqOptions {
  /** Server address: `redis://user:password@host:6379`, or `rediss:` over TLS. */
  readonly redis: string;
  /** Results folder shared by workers and queue. (default: the work's folder) */
  readonly out?: string | undefined;
  /** Callback for sentences on lost servers and jobs left behind. (default: none) */
  readonly report?: Report | undefined;
  /** Fate of jobs when the run is stopped: they go on without it, or are cancelled. (default "detach") */
  readonly onStop?: "detach" | "cancel" | undefined;
  /** Milliseconds between looks for lost events. (default 5000) */
  readonly pollMs?: number | undefined;
}

/**
 * Runs processes by a queue's workers ({@link runQueueWorker}), on any machine that sees the results folder. All work
 * is queued at once. An earlier driver's jobs are taken over: a trial never has two.
 *
 * @throws InputError `E_REDIS` when it is started and no server answers; `E_QUEUE`.
 */
export function bullmqExecutor({
  redis,
  out,
  report = () => {},
  onStop = "detach",
  pollMs = 5_000,
}: BullmqOptions): StartExecutor {
  return async (place) => {
    const root = resolve(out ?? place.out);
    const name = queueName(root);
    const client = await connect(redis, report);
    const queue = openQueue(name, client, report);
    const lastEventId =
      (await client.xrevrange(queue.toKey("events"), "+", "-", "COUNT", 1))[0]?.[0] ?? "0-0";
    const events = new QueueEvents(name, { ...queueOptions(client), lastEventId });
    events.on("error", unexpected(report));
    const driver = new DriverQueue(queue, client, new SweepStore(place.out), onStop, report);
    await driver.takeOver();
    events.on("progress", ({ jobId, data }) => driver.progressed(jobId, data));
    events.on("completed", ({ jobId, returnvalue }) => driver.ended(jobId, returnvalue));
    events.on("failed", ({ jobId, failedReason }) => driver.ended(jobId, lost(failedReason)));
    events.on("removed", ({ jobId }) => driver.removed(jobId));
    const timer = setInterval(() => void driver.lookThrough(), pollMs);
    let hasLeft = false;
    return {
      capacity: Number.POSITIVE_INFINITY,
      submit(work, onEvent) {
        const data = toJobData(root, place, work);
        const { ended, cancel } = driver.submit({ id: jobId(data), data }, onEvent);
        return {
          ended,
          cancel(how) {
            if (how === "stop" && onStop === "detach" && !hasLeft) {
              hasLeft = true;
              report(
                "The jobs go on in the queue. The same command takes them up again; `lorank cancel` ends them",
              );
            }
            cancel(how);
          },
        };
      },
      async close() {
        clearInterval(timer);
        const closed = driver.close().then(() => Promise.allSettled([events.close(), queue.close()]));
        await Promise.race([closed, delay(farewellMs, undefined, { ref: false })]);
        client.disconnect();
      },
    } satisfies Executor;
  };
}
