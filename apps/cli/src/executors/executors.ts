import type { StartExecutor } from "@lorank/sweep/executor";
import { defaults } from "../defaults.ts";
import { throwIfAny } from "../errors.ts";
import type { Setting, ValuesOf } from "../flags/setting.ts";
import { bullmq } from "./bullmq.ts";
import type { Executor, ExecutorSettings } from "./executor.ts";
import { local } from "./local.ts";
import { slurm } from "./slurm.ts";

const list = [local, slurm, bullmq] as const;

/** Settings of all executors; `executor` names a setting's only executor. */
export const executorSettings = [...bullmq.settings, ...slurm.settings] as const;

export const executors: readonly Executor[] = list;

type ExecutorName = (typeof list)[number]["name"];

export const executorNames = list.map(({ name }) => name);

interface NamedExecutor {
  readonly executor?: ExecutorName | undefined;
}

type PlaceSettings = ExecutorSettings & NamedExecutor & ValuesOf<(typeof executorSettings)[number]>;

export function executorNamed({ executor: name = defaults.executor }: NamedExecutor): Executor<object> {
  return executors.find((executor) => executor.name === name)!;
}

/**
 * Executor of @lorank/sweep by `--executor`; undefined for its default, child processes on this machine.
 * @throws `E_CONFIG`; `E_REDIS` for a queue without a server; `E_SLURM_OPTIONS`.
 */
export async function executorOf(
  settings: PlaceSettings,
  say: (message: string) => void,
): Promise<StartExecutor | undefined> {
  throwIfAny(faultsOf(settings));
  return executorNamed(settings).start(settings, say);
}

/** Sentences on flags in conflict with the executor or each other. */
function faultsOf(settings: PlaceSettings): string[] {
  const { executor: name = defaults.executor, devices, jobs } = settings;
  const { keys = [], instead } = executorNamed(settings).refuses ?? {};
  const typed = (key: string): unknown => (settings as Readonly<Record<string, unknown>>)[key];
  const others = (executorSettings as readonly Setting[]).filter(({ executor = name }) => executor !== name);
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
