/** A worker as a program of its own, for what kills it: `worker-program.ts '<WorkerJob as JSON>'`. */
import { type QueueWorkerOptions, runQueueWorker } from "../../src/index.ts";

export interface WorkerJob {
  readonly out: string;
  readonly redis: string;
  readonly place: QueueWorkerOptions["place"];
  readonly trialsAtOnce: number;
  readonly lockMs: number;
}

const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());
await runQueueWorker({ ...(JSON.parse(process.argv[2]!) as WorkerJob), signals: { stop: stop.signal } });
