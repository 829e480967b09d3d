/** Trials on several machines, through a queue on Redis or Valkey. */
export { shownRedis } from "./connect.ts";
export { bullmqExecutor } from "./executor.ts";
export { cancelQueued, queueJobs } from "./queue.ts";
export { type QueueWorkerOptions, runQueueWorker } from "./worker.ts";
