import { randomBytes } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { commitOnce, makeFolder, writeFileAtomic } from "@lorank/checkpoint/files";
import { InputError } from "@lorank/core";
import type { Job, JobPlace, Work } from "../../plan/job.ts";
import { readJson } from "../../store/files.ts";
import type { SweepStore } from "../../store/store.ts";
import { resumeFolder } from "../../trainers/take-over.ts";
import { trainerAt } from "../../trainers/trainer-of.ts";
import type { WorkEnd } from "../executor.ts";
import { childNodeOptions } from "../worker-process.ts";
import { type SlurmOptions, slurmDefaults } from "./options.ts";

/** Seconds before the time limit at which Slurm warns a task. */
const warningSeconds = 120;

/**
 * Tasks that were submitted together, as one array job. Its folder is `slurm/<name>/` in the results folder:
 *
 *     script.sh              the script of each task: always the same but for the setup lines
 *     argv                   the command that the script ends in, a word a line
 *     tasks/<i>.json         the job of task i
 *     tasks/<i>.started.json the attempt that its process has begun
 *     tasks/<i>.end.json     its end; the first writer wins
 *     slurm-<i>.out          output of Slurm and the script
 *     job.json               the array job's id
 *     over                   there when all its tasks have ended
 */
export interface Batch {
  /** Random: also the job's name, by which it is known in the queue. Ids of jobs are used again. */
  readonly name: string;
  readonly folder: string;
}

/** The note of a task's process when it begins. */
interface TaskStart {
  /** The number of the trial's attempt; none where it trains nothing. */
  readonly attempt?: number | undefined;
  /** The same as earlier versions wrote it, whose tasks may still run. */
  readonly attempts?: readonly { readonly attempt: number }[];
}

/** A submission before it is written and run. */
export interface Submittal {
  readonly script: string;
  readonly argv: readonly string[];
  /** Arguments of sbatch. */
  readonly arguments: readonly string[];
}

/** Paths of all batches of a results folder, in order of time. */
export function batchesOf(out: string): Batch[] {
  const parent = join(out, "slurm");
  if (!existsSync(parent)) return [];
  const names = readdirSync(parent).filter((name) => /^lorank-\d+-[0-9a-f]{8}$/.test(name));
  return names.sort().map((name) => ({ name, folder: join(parent, name) }));
}

/** Batches that have a task without an end. */
export function openBatches(out: string): Batch[] {
  return batchesOf(out).filter(({ folder }) => !existsSync(join(folder, "over")));
}

export function newBatch(out: string): Batch {
  const time = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
  const name = `lorank-${time}-${randomBytes(4).toString("hex")}`;
  return { name, folder: join(out, "slurm", name) };
}

/**
 * Makes the script and the arguments for so many tasks, without submitting them.
 *
 * @param threads of each task; undefined where `sbatch` has its needs.
 * @param after an array job that has to end first, so that two together do not run more than `parallel`.
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
  // Beside this file among the sources; beside the library in the build.
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

/** Writes a batch with these tasks, all but its `job.json`. */
export function writeBatch(
  { folder }: Batch,
  place: JobPlace,
  work: readonly Work[],
  { script, argv }: Submittal,
): void {
  makeFolder(join(folder, "tasks"));
  const known = trainerAt(place).processes.knownDigests();
  const digests = known.length > 0 ? { digests: known } : {};
  for (const [index, one] of work.entries()) {
    const job: Job = { ...place, ...one, ...digests };
    writeFileAtomic(taskPath({ folder }, index), JSON.stringify(job));
  }
  writeFileAtomic(join(folder, "argv"), argv.map((word) => `${word}\n`).join(""));
  writeFileAtomic(join(folder, "script.sh"), script);
}

function taskPath({ folder }: Pick<Batch, "folder">, index: number): string {
  return join(folder, "tasks", `${index}.json`);
}

export function startPath({ folder }: Pick<Batch, "folder">, index: number): string {
  return join(folder, "tasks", `${index}.started.json`);
}

export function endPath({ folder }: Pick<Batch, "folder">, index: number): string {
  return join(folder, "tasks", `${index}.end.json`);
}

/** Notes that a task's process has begun, and its attempt at the trial. */
export function writeStart(batch: Pick<Batch, "folder">, index: number, attempt: number | undefined): void {
  const start: TaskStart = { attempt };
  writeFileAtomic(startPath(batch, index), JSON.stringify(start));
}

/** The attempt that a task's process has begun; undefined where there is none yet. */
export function readAttempt(batch: Pick<Batch, "folder">, index: number): number | undefined {
  const file = startPath(batch, index);
  if (!existsSync(file)) return undefined;
  const { attempt, attempts } = readJson(file) as TaskStart;
  return attempt ?? attempts?.[0]?.attempt;
}

/** True when a task's attempt at this trial has left a checkpoint to go on from. */
export function hasResume(
  batch: Pick<Batch, "folder">,
  index: number,
  store: SweepStore,
  id: string,
): boolean {
  const attempt = readAttempt(batch, index);
  return attempt !== undefined && existsSync(resumeFolder(store.path("attempts", id, String(attempt))));
}

/** Whose end is written first counts. */
export function writeEnd(batch: Pick<Batch, "folder">, index: number, end: WorkEnd): void {
  commitOnce(Buffer.from(JSON.stringify(end)), endPath(batch, index));
}

/** A task as it was written, with its place. */
export function readTask(batch: Batch, index: number): JobPlace & Work {
  return readJson(taskPath(batch, index)) as JobPlace & Work;
}

/** No path and no id is part of the script: those come from the file `argv`. */
function scriptText(setup: readonly string[]): string {
  return `#!/bin/bash
# A task of a LoRAnk sweep. The command is in the file argv, a word a line; its last word is the number of the task.
words=()
while IFS= read -r word; do words+=("$word"); done < argv
cd -- "\${words[0]}"
${setup.map((line) => `${line}\n`).join("")}exec "\${words[@]:1}" "$SLURM_ARRAY_TASK_ID"
`;
}
