/** Trials on several machines, through a queue on Redis or Valkey. */
export { bullmqExecutor } from "./executor.ts";
export { RedisQueue } from "./queue.ts";
export { type QueueWorkerOptions, runQueueWorker } from "./worker.ts";
