import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { SlurmOptions } from "@lorank/sweep/executor";
import { type SlurmInFile, slurm as slurmKind } from "../settings/executors.ts";
import { throwIfAny } from "../settings/read.ts";
import { readYaml } from "../settings/read-file.ts";
import type { SettingsOf } from "../settings/table.ts";
import { plainText, shellWord } from "../text.ts";
import type { ExecutorRow, Preview, PreviewedRun } from "./executor-row.ts";

/** Trials as jobs of a Slurm cluster. */
export const slurm: ExecutorRow = {
  refuses: { keys: ["devices", "jobs"], instead: "see --parallel and sbatch's own options" },
  async start(settings, say) {
    const { slurmExecutor } = await import("@lorank/sweep/executor");
    return slurmExecutor({ ...slurmOptions(settings), report: say });
  },
  sideBySide: ({ parallel }, trials) => parallel ?? Math.max(1, trials),
  device(name) {
    const chose = name === "auto" ? "cpu" : name;
    const how = name === "auto" ? "unless --device names another" : "as asked";
    return { chose, why: `${chose} of Slurm's nodes, ${how}; it is not tested before the trials` };
  },
  preview: (settings, run) => slurmPreview(slurmOptions(settings), run),
  remarks: () => [`Options of sbatch that are not below are taken from ${userSlurmFile()}, if it is there.`],
};

/** Joins the user's own file, the sweep's and the flags: the later wins, option by option. */
export function slurmOptions({
  partition,
  account,
  time,
  parallel,
  slurm: inFile = {},
}: SettingsOf<"sweep">): SlurmOptions {
  const own = userSlurm();
  const flags = Object.entries({ partition, account, time }).filter(([, value]) => value !== undefined);
  return {
    setup: inFile.setup ?? own.setup ?? [],
    sbatch: { ...own.sbatch, ...inFile.sbatch, ...(Object.fromEntries(flags) as Record<string, string>) },
    parallel,
  };
}

/** The file of what the user's sweeps have in common on a cluster. */
function userSlurmFile(): string {
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

/** The call of sbatch and its script. */
export async function slurmPreview(
  options: SlurmOptions,
  { out, trials, threads }: PreviewedRun,
): Promise<Preview> {
  const { slurmExecutor } = await import("@lorank/sweep/executor");
  const place = { out: resolve(out), ...(threads === undefined ? {} : { threads }) };
  const { script, arguments: args } = slurmExecutor(options).preview(place, trials);
  return { command: plainText(["sbatch", ...args].map(shellWord).join(" ")), script };
}
