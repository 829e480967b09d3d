import { existsSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "@lorank/checkpoint/disk";
import { InputError, isInputError } from "@lorank/core";
import type { Evaluation, TrialPoint } from "@lorank/evidence/schema";

/** Folder of a command's evaluations on the way: `points/STEP/` has outcomes as the attempt's folder has. */
export function pointsFolder(attempt: string): string {
  return join(attempt, "points");
}

/** Points that an attempt itself has so far, ascending, whole or not. Throws E_OUTCOMES for a step that is there twice. */
export function pointFolders(attempt: string): Pick<PointFolder, "step" | "folder">[] {
  return foldersIn(pointsFolder(attempt), false);
}

/** Folder with the points of resumed attempts, which this attempt does not evaluate again. */
function earlierFolder(attempt: string): string {
  return join(attempt, "earlier-points");
}

/** Moves the points of the attempt folder `before` into `attempt`, which resumes it. */
export function carryPoints(before: string, attempt: string): void {
  const points = joined(before);
  if (points.length === 0) return;
  makeFolder(earlierFolder(attempt));
  for (const { step, folder } of points) renameSync(folder, join(earlierFolder(attempt), String(step)));
}

interface PointRules {
  /** Reads the outcomes in a folder. Throws E_OUTCOMES. */
  readonly evaluationIn: (folder: string) => Promise<Evaluation>;
  /** Last step that the command logged; absent if it logs none. */
  readonly lastStep: number | undefined;
  readonly note: (text: string) => void;
}

/**
 * Evaluations on the way that a command wrote, and those of the attempts it resumes, ascending. A point at the last step
 * is left out with a note, as is an earlier attempt's that a kill has cut.
 *
 * @throws InputError `E_OUTCOMES` for a point behind the last logged step, and as `evaluationIn`.
 */
export async function readPoints(
  attempt: string,
  { evaluationIn, lastStep = Number.POSITIVE_INFINITY, note }: PointRules,
): Promise<TrialPoint[]> {
  const points: TrialPoint[] = [];
  for (const { step, folder, isEarlier } of joined(attempt)) {
    if (step > lastStep) {
      const rule = `must be of a step up to the last that losses.jsonl has, ${lastStep}`;
      throw new InputError("E_OUTCOMES", `${folder} ${rule}, got ${step}`);
    }
    if (step === lastStep) {
      note(`${folder} is of the last step, which the outcomes beside points are of too: left out.`);
      continue;
    }
    try {
      points.push({ step, evaluation: await evaluationIn(folder) });
    } catch (error) {
      if (!isEarlier || !isInputError(error)) throw error;
      note(`${folder} is left out, for the attempt that wrote it was stopped: ${error.message}`);
    }
  }
  if (points.length === 0)
    note(`The trial has no evaluation on the way: its command wrote none to ${pointsFolder(attempt)}.`);
  return points;
}

interface PointFolder {
  readonly step: number;
  readonly folder: string;
  readonly isEarlier: boolean;
}

/** Points before and after resuming, ascending: from its first own point on, an attempt's own points count. */
function joined(attempt: string): PointFolder[] {
  const own = foldersIn(pointsFolder(attempt), false);
  const first = own[0]?.step ?? Number.POSITIVE_INFINITY;
  const before = foldersIn(earlierFolder(attempt), true);
  return [...before.filter(({ step }) => step < first), ...own];
}

/** Folders named by steps, ascending. Other names are left alone, such as those of unfinished folders. */
function foldersIn(parent: string, isEarlier: boolean): PointFolder[] {
  if (!existsSync(parent)) return [];
  const names = readdirSync(parent).filter((name) => /^\d{1,15}$/.test(name));
  const folders = names.map((name) => ({ step: Number(name), folder: join(parent, name), isEarlier }));
  const sorted = folders.sort((a, b) => a.step - b.step);
  const again = sorted.find(({ step }, i) => step === sorted[i - 1]?.step);
  if (again === undefined) return sorted;
  throw new InputError("E_OUTCOMES", `${parent} must have each step once, got ${again.step} again`);
}
