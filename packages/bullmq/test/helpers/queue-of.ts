import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { onTestFinished } from "vitest";
import { knownQueueName } from "../../src/queue-name.ts";

/** The queue of a results folder, for whoever can reach the server, for the time of a test. */
export function queueOf(out: string, redis: string): Queue {
  const client = new Redis(redis, { maxRetriesPerRequest: null });
  const queue = new Queue(knownQueueName(out)!, { connection: client, skipVersionCheck: true });
  onTestFinished(async () => {
    await queue.close();
    client.disconnect();
  });
  return queue;
}
