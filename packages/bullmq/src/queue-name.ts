import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { commitOnce, makeFolder, readTextFile } from "@lorank/checkpoint/files";
import { InputError } from "@lorank/core";

/**
 * The name of the queue of the results folder `out`. It is drawn once and kept in `queue.json`, so that all machines find
 * the same queue, and two sweeps on one server have two.
 *
 * @throws InputError `E_QUEUE` where `queue.json` holds something else.
 */
export function queueName(out: string): string {
  const known = knownQueueName(out);
  if (known !== undefined) return known;
  makeFolder(out);
  const drawn = { queue: `lorank-${randomBytes(8).toString("hex")}` };
  commitOnce(Buffer.from(`${JSON.stringify(drawn)}\n`), join(out, "queue.json"));
  return knownQueueName(out)!; // the first of two that draw at once wins
}

/** The same where there is one. Writes nothing. */
export function knownQueueName(out: string): string | undefined {
  const path = join(out, "queue.json");
  if (!existsSync(path)) return undefined;
  const name = /"queue":\s*"(lorank-[0-9a-f]{16})"/.exec(readTextFile(path))?.[1];
  if (name !== undefined) return name;
  throw new InputError(
    "E_QUEUE",
    `${path} must hold the name of a queue, got another text\nDelete it; jobs in the queue are then added again.`,
  );
}
