import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import {
  localExecutor,
  previewSlurm,
  type SlurmOptions,
  type StartExecutor,
  slurmExecutor,
} from "@lorank/sweep/executor";
import { defaults } from "../defaults.ts";
import { redisAddress } from "../redis.ts";
import { type SlurmInFile, slurm as slurmKind } from "../settings/object-kind.ts";
import { throwIfAny } from "../settings/read.ts";
import { readYaml } from "../settings/read-yaml.ts";
import type { ExecutorName, SettingsOf } from "../settings/table.ts";
import { plainText, shellWord } from "../text.ts";
import type { TrialDevice } from "./ready-sweep.ts";

type Settings = SettingsOf<"sweep">;

/** Where the processes of a sweep run. */
interface ExecutorRow {
  /** Settings that do not go with it, a sentence each. */
  faults(settings: Settings): string[];
  /** Undefined: as the run options have it. `say` gets the executor's messages. */
  start(
    settings: Settings,
    say: (message: string) => void,
  ): StartExecutor | undefined | Promise<StartExecutor>;
  /** Trials side by side, of so many; undefined: as the run options have it. */
  sideBySide(settings: Settings, trials: number): number | undefined;
  /** Device of its processes, where this machine's devices say nothing about it. */
  device?(name: NonNullable<Settings["device"]>): TrialDevice;
  /** What a scheduler would be given, for a dry run. */
  preview?(settings: Settings, run: Parameters<typeof slurmPreview>[1]): SlurmPreview;
  /** Remarks of `--print-config`. */
  remarks?(): readonly string[];
}

const local: ExecutorRow = {
  faults: (settings) => [...slurmFaults(settings), ...jobsFaults(settings)],
  start: ({ devices }) => devices && ((place, options) => localExecutor(place, { ...options, devices })),
  sideBySide: ({ devices, jobs }) => devices?.length ?? jobs,
};

/** A name of `--executor` without a row does not compile. */
const executors: Readonly<Record<ExecutorName, ExecutorRow>> = {
  local,
  slurm: {
    faults: (settings) =>
      (["devices", "jobs"] as const)
        .filter((key) => settings[key] !== undefined)
        .map(
          (key) =>
            `--${key} must be left out with --executor slurm (see --parallel and sbatch's own options), got ${settings[key]}`,
        ),
    start: (settings, say) => slurmExecutor({ ...slurmOptions(settings), report: say }),
    sideBySide: ({ parallel }, trials) => parallel ?? Math.max(1, trials),
    device(name) {
      const chose = name === "auto" ? "cpu" : name;
      const how = name === "auto" ? "unless --device names another" : "as asked";
      return { chose, why: `${chose} of Slurm's nodes, ${how}; it is not tested before the trials` };
    },
    preview: (settings, run) => slurmPreview(slurmOptions(settings), run),
    remarks: () => [
      `Options of sbatch that are not below are taken from ${userSlurmFile()}, if it is there.`,
    ],
  },
  bullmq: {
    ...local,
    async start({ redis, out = defaults.out }, say) {
      const address = redisAddress({ redis });
      const { bullmqExecutor } = await import("@lorank/bullmq");
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
  const row = executorNamed(settings);
  throwIfAny(row.faults(settings));
  return row.start(settings, say);
}

function slurmFaults(settings: Settings): string[] {
  return (["partition", "account", "time", "parallel"] as const)
    .filter((key) => settings[key] !== undefined)
    .map((key) => `--${key} must come with --executor slurm, got ${settings[key]} without it`);
}

function jobsFaults({ devices, jobs }: Settings): string[] {
  return devices === undefined || jobs === undefined
    ? []
    : [`--jobs must be left out with --devices, which takes one trial a device, got ${jobs}`];
}

/** The user's own file, then the sweep's, then flags: the later wins, option by option. */
export function slurmOptions({
  partition,
  account,
  time,
  parallel,
  slurm = {},
}: SettingsOf<"sweep">): SlurmOptions {
  const own = userSlurm();
  const flags = Object.entries({ partition, account, time }).filter(([, value]) => value !== undefined);
  return {
    setup: slurm.setup ?? own.setup ?? [],
    sbatch: { ...own.sbatch, ...slurm.sbatch, ...(Object.fromEntries(flags) as Record<string, string>) },
    parallel,
  };
}

/** What the user's sweeps have in common on a cluster. */
export function userSlurmFile(): string {
  const folder = process.env.XDG_CONFIG_HOME || join(homedir(), ".config");
  return join(folder, "lorank", "slurm.yaml");
}

function userSlurm(): SlurmInFile {
  const file = userSlurmFile();
  if (!existsSync(file)) return {};
  const content = readYaml(file) ?? {};
  throwIfAny(slurmKind.faults!(content).map((fault) => `${file}${fault}`));
  return slurmKind.parse(content) ?? {};
}

/** The call of sbatch and its script, as a dry run shows them. */
export interface SlurmPreview {
  readonly command: string;
  readonly script: string;
}

export function slurmPreview(
  slurm: SlurmOptions,
  run: { readonly out: string; readonly trials: number; readonly threads?: number | undefined },
): SlurmPreview {
  const { threads, trials } = run;
  const place = { out: resolve(run.out), ...(threads === undefined ? {} : { threads }) };
  const { script, arguments: args } = previewSlurm(place, trials, slurm);
  return { command: plainText(["sbatch", ...args].map(shellWord).join(" ")), script };
}
