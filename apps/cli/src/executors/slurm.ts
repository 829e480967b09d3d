import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { SlurmOptions } from "@lorank/sweep/executor";
import { throwIfAny } from "../errors.ts";
import { count, type Kind, text } from "../flags/kinds.ts";
import { objectOf } from "../flags/object-kind.ts";
import { under, type ValuesOf } from "../flags/setting.ts";
import { plainText, shellWord } from "../text.ts";
import { readYaml } from "../yaml-file.ts";
import type { Executor, Preview, PreviewedRun } from "./executor.ts";

/** Slurm options: `slurm:` in a sweep's file, or the user's whole `slurm.yaml`. */
interface SlurmInFile {
  readonly setup?: readonly string[];
  readonly sbatch?: Readonly<Record<string, string | number | true>>;
}

const lines: Kind<readonly string[]> = {
  rule: "a list of lines of shell, such as [module load cuda/13]",
  fromText: (written) => written,
  parse: (value) =>
    Array.isArray(value) && value.every((line) => typeof line === "string") ? value : undefined,
  schema: { type: "array", items: { type: "string" } },
};

/** Options for sbatch; `slurmExecutor` checks their names. */
const sbatchOptions: Kind<NonNullable<SlurmInFile["sbatch"]>> = {
  rule: "options of sbatch with a text, a number or true each, such as { qos: dev, exclusive: true }",
  fromText: (written) => written,
  parse: (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    const isOption = (one: unknown) => typeof one === "string" || typeof one === "number" || one === true;
    return Object.values(value).every(isOption)
      ? (value as Record<string, string | number | true>)
      : undefined;
  },
  schema: { type: "object", additionalProperties: { type: ["string", "number", "boolean"] } },
};

const slurmInFile = objectOf({ setup: lines, sbatch: sbatchOptions }) as Kind<SlurmInFile>;

/** Time limit for sbatch (`--time`), verbatim. YAML reads plain minutes as a number. */
const slurmTime: Kind<string> = {
  ...text("a time as sbatch takes it, such as 2:00:00", "time"),
  parse: (value) => {
    const limit = typeof value === "number" ? String(value) : value;
    return typeof limit === "string" && /^[\d:-]+$/.test(limit) ? limit : undefined;
  },
  schema: { type: ["string", "number"] },
};

const cluster = under("On a Slurm cluster:");

// biome-ignore format: a row per line
const settings = [
  cluster("partition", text("a partition", "name"), "partition of the jobs", { executor: "slurm", expert: true }),
  cluster("account", text("an account", "name"), "account that the jobs are charged to", { executor: "slurm", expert: true }),
  cluster("time", slurmTime, "time limit of a job, as sbatch takes it: 2:00:00", { executor: "slurm", expert: true }),
  cluster("parallel", count, "trials side by side", { default: "as many as Slurm starts", executor: "slurm", expert: true }),
  cluster("slurm", slurmInFile, "setup: lines of shell that each job begins with; sbatch: more options of sbatch", { fileOnly: true, programOf: () => "the lines of slurm" }),
] as const;

type SlurmSettings = ValuesOf<(typeof settings)[number]>;

export const slurm = {
  name: "slurm",
  place: "on a Slurm cluster",
  settings,
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
  async queue(out) {
    const isUsed = ["", "search"].some((part) => existsSync(join(out, part, "slurm")));
    if (!isUsed) return undefined;
    const { SlurmQueue } = await import("@lorank/sweep/executor");
    return new SlurmQueue(out);
  },
} as const satisfies Executor<SlurmSettings>;

/** Merges the user's file, the sweep's file and the flags; for each option the later source wins. */
export function slurmOptions({
  partition,
  account,
  time,
  parallel,
  slurm: inFile = {},
}: SlurmSettings): SlurmOptions {
  const own = userSlurm();
  const flags = Object.entries({ partition, account, time }).filter(([, value]) => value !== undefined);
  return {
    setup: inFile.setup ?? own.setup ?? [],
    sbatch: { ...own.sbatch, ...inFile.sbatch, ...(Object.fromEntries(flags) as Record<string, string>) },
    parallel,
  };
}

function userSlurmFile(): string {
  const folder = process.env.XDG_CONFIG_HOME || join(homedir(), ".config");
  return join(folder, "lorank", "slurm.yaml");
}

function userSlurm(): SlurmInFile {
  const file = userSlurmFile();
  if (!existsSync(file)) return {};
  const content = readYaml(file) ?? {};
  throwIfAny(slurmInFile.faults!(content).map((fault) => `${file}${fault}`));
  return slurmInFile.parse(content) ?? {};
}

export async function slurmPreview(
  options: SlurmOptions,
  { out, trials, threads }: PreviewedRun,
): Promise<Preview> {
  const { slurmExecutor } = await import("@lorank/sweep/executor");
  const place = { out: resolve(out), ...(threads === undefined ? {} : { threads }) };
  const { script, arguments: args } = slurmExecutor(options).preview(place, trials);
  return { command: plainText(["sbatch", ...args].map(shellWord).join(" ")), script };
}
