/** Executors by name, and their flags. What each does stands in `executors/executors.ts`. */
import { count, type Kind, text } from "../flags/kinds.ts";
import { objectOf } from "../flags/object-kind.ts";
import { underIn } from "../flags/setting.ts";

/** Names of `--executor`, with the place where each runs trials. */
export const executorPlaces = {
  local: "on this machine",
  slurm: "on a Slurm cluster",
  bullmq: "wherever lorank worker takes them from a queue",
} as const;

export type ExecutorName = keyof typeof executorPlaces;

export const executorNames = Object.keys(executorPlaces) as readonly ExecutorName[];

/** `slurm:` of a sweep's file, and the whole of `slurm.yaml` among a user's own settings. */
export interface SlurmInFile {
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

/** Options of sbatch. Their names are checked where they are used: the same for every caller of `slurmExecutor`. */
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

export const slurm = objectOf({ setup: lines, sbatch: sbatchOptions }) as Kind<SlurmInFile>;

/** A time limit as sbatch takes it, verbatim. YAML reads minutes alone as a number. */
const slurmTime: Kind<string> = {
  ...text("a time as sbatch takes it, such as 2:00:00", "time"),
  parse: (value) => {
    const limit = typeof value === "number" ? String(value) : value;
    return typeof limit === "string" && /^[\d:-]+$/.test(limit) ? limit : undefined;
  },
  schema: { type: ["string", "number"] },
};

const running = underIn("Running:");
const cluster = underIn("On a Slurm cluster:");
const server = text("the address of a Redis or Valkey server", "url");

/** Rows of the table of settings. A flag that only one executor takes names it in `executor`. */
// biome-ignore format: one row a line
export const executorFlags = [
  running("redis", server, ["sweep"], "the queue's server, redis://host:6379", { default: "LORANK_REDIS in the environment, where nobody sees its password", environment: "LORANK_REDIS", expert: true }),

  cluster("partition", text("a partition", "name"), ["sweep"], "partition of the jobs", { executor: "slurm", expert: true }),
  cluster("account", text("an account", "name"), ["sweep"], "account that the jobs are charged to", { executor: "slurm", expert: true }),
  cluster("time", slurmTime, ["sweep"], "time limit of a job, as sbatch takes it: 2:00:00", { executor: "slurm", expert: true }),
  cluster("parallel", count, ["sweep"], "trials side by side", { default: "as many as Slurm starts", executor: "slurm", expert: true }),
  cluster("slurm", slurm, ["sweep"], "setup: lines of shell that each job begins with; sbatch: more options of sbatch", { fileOnly: true, programOf: () => "the lines of slurm" }),
] as const;
