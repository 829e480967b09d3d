import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { onTestFinished } from "vitest";
import { knownQueueName } from "../../src/queue.ts";

/** The queue of a results folder and its server, for whoever can reach it, for the time of a test. */
export function queueOf(out: string, redis: string): { queue: Queue; client: Redis } {
  const client = new Redis(redis, { maxRetriesPerRequest: null });
  const queue = new Queue(knownQueueName(out)!, { connection: client, skipVersionCheck: true });
  onTestFinished(async () => {
    await queue.close();
    client.disconnect();
  });
  return { queue, client };
}
