import { resolve } from "node:path";
import { isInputError } from "@lorank/core";
import { localExecutor, type StartExecutor } from "@lorank/sweep/executor";
import { defaults } from "../defaults.ts";
import type { ExecutorName } from "../settings/executors.ts";
import { throwIfAny } from "../settings/read.ts";
import { type SettingsOf, settingsOf } from "../settings/table.ts";
import type { ExecutorRow, SchedulerJob, SchedulerQueue } from "./executor-row.ts";
import { loadBullmq, redisAddress, redisQueue } from "./queue.ts";
import { slurm } from "./slurm.ts";

type Settings = SettingsOf<"sweep">;

const local: ExecutorRow = {
  start: ({ devices }) => devices && ((place, options) => localExecutor(place, { ...options, devices })),
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
    queueOf: redisQueue,
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

/** Jobs of a results folder in all queues. `problems`: queues that do not answer. */
export interface Queues {
  readonly jobs: readonly SchedulerJob[];
  readonly problems: readonly string[];
}

/**
 * Lists the jobs of the sweep in `out` that schedulers have.
 *
 * @param redis address of the server that has the sweep's queue.
 * @param signal ends a question that is answered slowly or never.
 */
export function queuedJobs(out: string, redis: string | undefined, signal?: AbortSignal): Promise<Queues> {
  return ask(out, redis, (queue) => queue.jobs(signal));
}

/** Cancels jobs of these trials (default: of all), queued or running. Returns the jobs as they were before. */
export function cancelJobs(
  out: string,
  redis: string | undefined,
  trialIds: readonly string[] | undefined,
): Promise<Queues> {
  return ask(out, redis, (queue) => queue.cancel(trialIds));
}

/** A queue that does not answer must not hide what the folder says. */
async function ask(
  out: string,
  redis: string | undefined,
  question: (queue: SchedulerQueue) => Promise<readonly SchedulerJob[]>,
): Promise<Queues> {
  const answers = await Promise.allSettled(
    Object.values(executors).map(async ({ queueOf }) => {
      const queue = await queueOf?.(out, redis);
      return queue === undefined ? [] : question(queue);
    }),
  );
  const problems = answers.flatMap((answer) => {
    if (answer.status === "fulfilled") return [];
    if (isInputError(answer.reason)) return [answer.reason.message];
    throw answer.reason;
  });
  return { jobs: answers.flatMap((one) => (one.status === "fulfilled" ? one.value : [])), problems };
}
