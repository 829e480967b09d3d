import { resolve } from "node:path";
import type { StartExecutor } from "@lorank/sweep/executor";
import { defaults } from "../defaults.ts";
import type { ExecutorName } from "../settings/executors.ts";
import { throwIfAny } from "../settings/read.ts";
import { type SettingsOf, settingsOf } from "../settings/table.ts";
import type { ExecutorRow } from "./executor-row.ts";
import { loadBullmq, redisAddress } from "./redis.ts";
import { slurm } from "./slurm.ts";

type Settings = SettingsOf<"sweep">;

const local: ExecutorRow = {
  async start({ devices }) {
    if (devices === undefined) return undefined;
    const { localExecutor } = await import("@lorank/sweep/executor");
    return (place, options) => localExecutor(place, { ...options, devices });
  },
  sideBySide: ({ devices, jobs }) => devices?.length ?? jobs,
};

/** All executors. A name of `--executor` without a row does not compile. */
const executors: Readonly<Record<ExecutorName, ExecutorRow>> = {
  local,
  slurm,
  bullmq: {
    ...local,
    async start({ redis, out = defaults.out }, say) {
      const address = redisAddress({ redis });
      const { bullmqExecutor } = await loadBullmq();
      return bullmqExecutor({ redis: address, out: resolve(out), report: say });
    },
    device: () => ({ chose: undefined, why: "chosen and tested by each worker" }),
  },
};

/** The row of `--executor`. */
export function executorNamed({ executor = defaults.executor }: Pick<Settings, "executor">): ExecutorRow {
  return executors[executor];
}

/**
 * Makes the executor of a sweep; undefined: as the run options have it.
 *
 * @throws InputError `E_CONFIG`; `E_REDIS` where a queue has no server; `E_SLURM_OPTIONS`.
 */
export async function executorOf(
  settings: Settings,
  say: (message: string) => void,
): Promise<StartExecutor | undefined> {
  throwIfAny(faultsOf(settings));
  return executorNamed(settings).start(settings, say);
}

/** Sentences on flags that do not go with the executor, or with each other. */
function faultsOf(settings: Settings): string[] {
  const { executor: name = defaults.executor, devices, jobs } = settings;
  const { keys = [], instead } = executors[name].refuses ?? {};
  const typed = (key: string): unknown => settings[key as keyof Settings];
  const others = settingsOf("sweep").filter(({ executor = name }) => executor !== name);
  const refused = keys.filter((key) => typed(key) !== undefined);
  return [
    ...others
      .filter(({ key }) => typed(key) !== undefined)
      .map(
        ({ key, executor }) => `--${key} must come with --executor ${executor}, got ${typed(key)} without it`,
      ),
    ...refused.map(
      (key) => `--${key} must be left out with --executor ${name} (${instead}), got ${typed(key)}`,
    ),
    ...(refused.length > 0 || devices === undefined || jobs === undefined
      ? []
      : [`--jobs must be left out with --devices, which takes one trial a device, got ${jobs}`]),
  ];
}
