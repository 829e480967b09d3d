/** Executor `bullmq`: workers take trials from a Redis queue. A default install lacks the package. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { InputError } from "@lorank/core";
import { defaults } from "../defaults.ts";
import { running } from "../flags/headings.ts";
import { text } from "../flags/kinds.ts";
import type { ValuesOf } from "../flags/setting.ts";
import { loadOptional } from "../optional-package.ts";
import type { Executor } from "./executor.ts";
import { local } from "./local.ts";

const server = text("the address of a Redis or Valkey server", "url");

// biome-ignore format: a row per line
export const redisSetting = running("redis", server, "the queue's server, redis://host:6379", { default: "LORANK_REDIS in the environment, where nobody sees its password", environment: "LORANK_REDIS", expert: true });
const settings = [redisSetting] as const;

export const bullmq = {
  ...local,
  name: "bullmq",
  place: "wherever lorank worker takes them from a queue",
  settings,
  async start({ redis, out = defaults.out }, say) {
    const address = redisAddress({ redis });
    const { bullmqExecutor } = await loadBullmq();
    return bullmqExecutor({ redis: address, out: resolve(out), report: say });
  },
  device: () => ({ chose: undefined, why: "chosen and tested by each worker" }),
  /** Queue with the folder's jobs; undefined without one, or without a known server. Throws as {@link loadBullmq}. */
  async queue(out, redis) {
    if (redis === undefined || !existsSync(join(out, "queue.json"))) return undefined;
    const { RedisQueue } = await loadBullmq();
    return new RedisQueue(out, redis);
  },
} as const satisfies Executor<ValuesOf<(typeof settings)[number]>>;

export function redisOf({ redis }: { readonly redis?: string | undefined }): string | undefined {
  return redis ?? process.env.LORANK_REDIS;
}

/** Address of the queue's Redis server. Throws `E_REDIS` if neither the setting nor LORANK_REDIS has an address. */
export function redisAddress(settings: { readonly redis?: string | undefined }): string {
  const redis = redisOf(settings);
  if (redis !== undefined && redis !== "") return redis;
  throw new InputError(
    "E_REDIS",
    "--redis must be given, or LORANK_REDIS set, such as redis://host:6379, got neither",
  );
}

/** Loads @lorank/bullmq. Throws `E_NOT_INSTALLED` with the install commands. */
export async function loadBullmq(load = () => import("@lorank/bullmq")) {
  return loadOptional({ name: "@lorank/bullmq", purpose: "for a queue", example: "lorank worker …", load });
}
