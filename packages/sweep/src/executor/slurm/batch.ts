import { randomBytes } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { commitOnce, writeFileAtomic } from "@lorank/checkpoint/disk";
import type { JobPlace, Work } from "../../plan/job.ts";
import { readJson } from "../../store/files.ts";
import type { SweepStore } from "../../store/store.ts";
import { resumeFolder } from "../../trainers/take-over.ts";
import type { WorkEnd } from "../executor.ts";

/**
 * Tasks of one array job, in `slurm/<name>/` of the results folder:
 *
 *     script.sh              the script of each task: constant but for the setup lines
 *     argv                   the script's last command, a word a line
 *     tasks/<i>.json         the job of task i
 *     tasks/<i>.started.json the attempt that its process has begun
 *     tasks/<i>.end.json     its end; the first writer wins
 *     slurm-<i>.out          output of Slurm and the script
 *     job.json               the array job's id
 *     over                   exists when all tasks have ended
 */
export interface Batch {
  /** Batch name `lorank-<time>-<random>`, also the Slurm job's name: Slurm reuses ids. */
  readonly name: string;
  readonly folder: string;
}

interface TaskStart {
  readonly attempt?: number | undefined;
  /** Attempt as earlier versions wrote it, whose tasks may still run. */
  readonly attempts?: readonly { readonly attempt: number }[];
}

export function batchesOf(out: string): Batch[] {
  const parent = join(out, "slurm");
  if (!existsSync(parent)) return [];
  const names = readdirSync(parent).filter((name) => /^lorank-\d+-[0-9a-f]{8}$/.test(name));
  return names.sort().map((name) => ({ name, folder: join(parent, name) }));
}

export function openBatches(out: string): Batch[] {
  return batchesOf(out).filter(({ folder }) => !existsSync(join(folder, "over")));
}

export function newBatch(out: string): Batch {
  const time = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
  const name = `lorank-${time}-${randomBytes(4).toString("hex")}`;
  return { name, folder: join(out, "slurm", name) };
}

export function taskPath({ folder }: Pick<Batch, "folder">, index: number): string {
  return join(folder, "tasks", `${index}.json`);
}

export function startPath({ folder }: Pick<Batch, "folder">, index: number): string {
  return join(folder, "tasks", `${index}.started.json`);
}

export function endPath({ folder }: Pick<Batch, "folder">, index: number): string {
  return join(folder, "tasks", `${index}.end.json`);
}

export function writeStart(batch: Pick<Batch, "folder">, index: number, attempt: number | undefined): void {
  const start: TaskStart = { attempt };
  writeFileAtomic(startPath(batch, index), JSON.stringify(start));
}

export function readAttempt(batch: Pick<Batch, "folder">, index: number): number | undefined {
  const file = startPath(batch, index);
  if (!existsSync(file)) return undefined;
  const { attempt, attempts } = readJson(file) as TaskStart;
  return attempt ?? attempts?.[0]?.attempt;
}

/** True if a task's attempt at this trial has left a checkpoint. */
export function hasResume(
  batch: Pick<Batch, "folder">,
  index: number,
  store: SweepStore,
  id: string,
): boolean {
  const attempt = readAttempt(batch, index);
  return attempt !== undefined && existsSync(resumeFolder(store.path("attempts", id, String(attempt))));
}

/** Writes `tasks/<i>.end.json`: why the task ended. An existing file stays. */
export function writeEnd(batch: Pick<Batch, "folder">, index: number, end: WorkEnd): void {
  commitOnce(Buffer.from(JSON.stringify(end)), endPath(batch, index));
}

export function readTask(batch: Batch, index: number): JobPlace & Work {
  return readJson(taskPath(batch, index)) as JobPlace & Work;
}
