import { resolve } from "node:path";
import type { StartExecutor } from "@lorank/sweep/executor";
import { defaults } from "../defaults.ts";
import { redisAddress } from "../redis.ts";
import type { SettingsOf } from "../settings/table.ts";

/**
 * Where the processes of a sweep run, as it is asked. Undefined: on this machine.
 *
 * @param say told of what an executor has to say.
 * @throws InputError `E_REDIS` where a queue has no server.
 */
export async function executorOf(
  { executor = defaults.executor, redis, out = defaults.out }: SettingsOf<"sweep">,
  say: (words: string) => void,
): Promise<StartExecutor | undefined> {
  if (executor === "local") return undefined;
  const address = redisAddress({ redis });
  const { bullmqExecutor } = await import("@lorank/bullmq");
  return bullmqExecutor({ redis: address, out: resolve(out), report: say });
}
