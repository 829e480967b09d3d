import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { previewSlurm, type SlurmOptions } from "@lorank/sweep/executor";
import { throwIfAny } from "../settings/read.ts";
import { readYaml } from "../settings/read-yaml.ts";
import { type SlurmInFile, slurm as slurmKind } from "../settings/slurm-kind.ts";
import type { SettingsOf } from "../settings/table.ts";
import { plainText, shellWord } from "../text.ts";

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
