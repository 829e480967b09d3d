import { resolve } from "node:path";
import { localExecutor, type StartExecutor, slurmExecutor } from "@lorank/sweep/executor";
import { defaults } from "../defaults.ts";
import { redisAddress } from "../redis.ts";
import { throwIfAny } from "../settings/read.ts";
import type { SettingsOf } from "../settings/table.ts";
import { slurmOptions } from "./slurm.ts";

/**
 * Where the processes of a sweep run, as it is asked. Undefined: on this machine.
 *
 * @param say told of what an executor has to say.
 * @throws InputError `E_CONFIG`; `E_REDIS` where a queue has no server; `E_SLURM_OPTIONS`.
 */
export async function executorOf(
  given: SettingsOf<"sweep">,
  say: (words: string) => void,
): Promise<StartExecutor | undefined> {
  throwIfAny(faultsOf(given));
  const { executor = defaults.executor, redis, out = defaults.out, devices } = given;
  switch (executor) {
    case "local":
      return devices && ((place, options) => localExecutor(place, { ...options, devices }));
    case "slurm":
      return slurmExecutor({ ...slurmOptions(given), report: say });
    case "bullmq": {
      const address = redisAddress({ redis });
      const { bullmqExecutor } = await import("@lorank/bullmq");
      return bullmqExecutor({ redis: address, out: resolve(out), report: say });
    }
  }
}

/** How many of so many trials run side by side, where that is said or follows from where they run. */
export function sideBySide(
  { executor, devices, jobs, parallel }: SettingsOf<"sweep">,
  trials: number,
): number | undefined {
  if (executor === "slurm") return parallel ?? Math.max(1, trials);
  return devices?.length ?? jobs;
}

const ofSlurm = ["partition", "account", "time", "parallel"] as const;

function faultsOf(given: SettingsOf<"sweep">): string[] {
  if (given.executor !== "slurm")
    return [
      ...ofSlurm
        .filter((key) => given[key] !== undefined)
        .map((key) => `--${key} must come with --executor slurm, got ${given[key]} without it`),
      ...(given.devices !== undefined && given.jobs !== undefined
        ? [`--jobs must be left out with --devices, which takes one trial a device, got ${given.jobs}`]
        : []),
    ];
  return (["devices", "jobs"] as const)
    .filter((key) => given[key] !== undefined)
    .map(
      (key) =>
        `--${key} must be left out with --executor slurm (see --parallel and sbatch's own options), got ${given[key]}`,
    );
}
