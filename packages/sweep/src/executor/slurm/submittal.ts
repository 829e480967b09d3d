import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeFolder, writeFileAtomic } from "@lorank/checkpoint/disk";
import { InputError } from "@lorank/core";
import type { Job, JobPlace, Work } from "../../plan/job.ts";
import { trainerOf } from "../../trainers/trainers.ts";
import { childNodeOptions } from "../worker-process.ts";
import { type Batch, taskPath } from "./batch.ts";
import { type SlurmOptions, slurmDefaults } from "./options.ts";

const warningSeconds = 120;

export interface Submittal {
  readonly script: string;
  readonly argv: readonly string[];
  readonly arguments: readonly string[];
}

/**
 * Batch script and sbatch arguments.
 *
 * @param threads per task; undefined where `sbatch` options already say so.
 * @param after array job to wait for, so that no more than `parallel` tasks run in both.
 */
export function submittal(
  { name, folder }: Batch,
  tasks: number,
  threads: number | undefined,
  { sbatch = {}, setup = [], parallel, mostRequeues = slurmDefaults.mostRequeues }: SlurmOptions,
  after?: string,
): Submittal {
  if (/[\r\n\\]/.test(folder))
    throw new InputError(
      "E_OUT",
      `out must have no line break or backslash in its path with Slurm, got ${JSON.stringify(folder)}`,
    );
  // Path among the sources, or beside the library in the build.
  const program = import.meta.url.endsWith(".ts") ? "./slurm-task.ts" : "./slurm-task.js";
  const dependencies = [after === undefined ? [] : `afterany:${after}`, sbatch.dependency ?? []].flat();
  const flags: Record<string, string | number | true> = {
    ...(threads === undefined ? {} : { "cpus-per-task": threads }),
    ...sbatch,
    ...(dependencies.length === 0 ? {} : { dependency: dependencies.join(",") }),
  };
  return {
    script: scriptText(setup),
    argv: [
      process.cwd(),
      process.execPath,
      ...childNodeOptions(process.execArgv),
      fileURLToPath(new URL(program, import.meta.url)),
      folder,
      String(mostRequeues),
    ],
    arguments: [
      "--parsable",
      `--job-name=${name}`,
      `--array=0-${tasks - 1}${parallel === undefined ? "" : `%${parallel}`}`,
      `--chdir=${folder}`,
      `--output=${folder.replaceAll("%", "%%")}/slurm-%a.out`, // Slurm fills in what follows a single %
      "--open-mode=append",
      "--requeue",
      `--signal=B:USR1@${warningSeconds}`,
      ...Object.entries(flags).map(([key, value]) => (value === true ? `--${key}` : `--${key}=${value}`)),
      join(folder, "script.sh"),
    ],
  };
}

export function writeBatch(
  { folder }: Batch,
  place: JobPlace,
  work: readonly Work[],
  { script, argv }: Submittal,
): void {
  makeFolder(join(folder, "tasks"));
  const known = trainerOf(place).processes(place).knownDigests();
  const digests = known.length > 0 ? { digests: known } : {};
  for (const [index, one] of work.entries()) {
    const job: Job = { ...place, ...one, ...digests };
    writeFileAtomic(taskPath({ folder }, index), JSON.stringify(job));
  }
  writeFileAtomic(join(folder, "argv"), argv.map((word) => `${word}\n`).join(""));
  writeFileAtomic(join(folder, "script.sh"), script);
}

/** Batch script: constant but for the setup lines. Paths and ids are in `argv` instead. */
function scriptText(setup: readonly string[]): string {
  return `#!/bin/bash
# A task of a LoRAnk sweep. The command is in the file argv, a word a line; its last word is the number of the task.
words=()
while IFS= read -r word; do words+=("$word"); done < argv
cd -- "\${words[0]}"
${setup.map((line) => `${line}\n`).join("")}exec "\${words[@]:1}" "$SLURM_ARRAY_TASK_ID"
`;
}
