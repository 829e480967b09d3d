import { type Kind, text } from "./kinds.ts";
import { objectOf } from "./object-kind.ts";

/** `slurm:` of a sweep's file, and the whole of `slurm.yaml` among a user's own settings. */
export interface SlurmInFile {
  readonly setup?: readonly string[];
  readonly sbatch?: Readonly<Record<string, string | number | true>>;
}

const lines: Kind<readonly string[]> = {
  rule: "a list of lines of shell, such as [module load cuda/13]",
  fromText: (given) => given,
  parse: (value) =>
    Array.isArray(value) && value.every((line) => typeof line === "string") ? value : undefined,
  schema: { type: "array", items: { type: "string" } },
};

/** What it may hold is checked where it is used: the same for every caller of `slurmExecutor`. */
const sbatchOptions: Kind<NonNullable<SlurmInFile["sbatch"]>> = {
  rule: "options of sbatch with a text, a number or true each, such as { qos: dev, exclusive: true }",
  fromText: (given) => given,
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

/** As sbatch takes it, verbatim. YAML reads minutes alone as a number. */
export const slurmTime: Kind<string> = {
  ...text("a time as sbatch takes it, such as 2:00:00", "time"),
  parse: (value) => {
    const given = typeof value === "number" ? String(value) : value;
    return typeof given === "string" && /^[\d:-]+$/.test(given) ? given : undefined;
  },
  schema: { type: ["string", "number"] },
};
