/** The queue of `--executor bullmq`: its server's address, and its package, which a default install leaves out. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@lorank/core";
import { loadOptional } from "../optional-package.ts";
import type { SchedulerQueue } from "./scheduler-queue.ts";

/** The address of the queue's server: the setting, or LORANK_REDIS; undefined where neither says it. */
export function redisOf({ redis }: { readonly redis?: string | undefined }): string | undefined {
  return redis ?? process.env.LORANK_REDIS;
}

/**
 * The address of the queue's server.
 *
 * @throws InputError `E_REDIS` where neither the setting nor LORANK_REDIS says it.
 */
export function redisAddress(settings: { readonly redis?: string | undefined }): string {
  const redis = redisOf(settings);
  if (redis !== undefined && redis !== "") return redis;
  throw new InputError(
    "E_REDIS",
    "--redis must be given, or LORANK_REDIS set, such as redis://host:6379, got neither",
  );
}

/**
 * Loads the queue's package.
 *
 * @throws InputError `E_NOT_INSTALLED` with the commands that install it.
 */
export async function loadBullmq(load = () => import("@lorank/bullmq")) {
  return loadOptional({ name: "@lorank/bullmq", purpose: "for a queue", example: "lorank worker …", load });
}

/** Undefined where the folder has no queue, and where nobody says on which server. Throws as {@link loadBullmq}. */
export async function redisQueue(
  out: string,
  redis: string | undefined,
): Promise<SchedulerQueue | undefined> {
  if (redis === undefined || !existsSync(join(out, "queue.json"))) return undefined;
  const { RedisQueue } = await loadBullmq();
  return new RedisQueue(out, redis);
}
