/** Trials on several machines, through a queue on Redis or Valkey. */
export type { Report } from "./connect.ts";
export { shownRedis } from "./connect.ts";
export { type BullmqOptions, bullmqExecutor } from "./executor.ts";
export { cancelQueued, type QueuedTrial, queueJobs } from "./queue.ts";
export { type QueueWorkerOptions, runQueueWorker } from "./worker.ts";
