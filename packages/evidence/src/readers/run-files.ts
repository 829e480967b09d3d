import { existsSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { InputError } from "@lorank/core";
import {
  filesBelow,
  findRuns,
  isRunPattern,
  type PlacedArms,
  type RunPlace,
  rankAt,
  rankOfAdapter,
} from "./files/run-pattern.ts";
import { chosenName, type OutcomeFormat } from "./format.ts";
import { formatOf } from "./formats.ts";
import { plain } from "./plain.ts";
import { andList, type OutcomeChoices, type RowChoices } from "./rows/row-choices.ts";
import { chosenTasks, type Suite } from "./rows/suite.ts";

/** File with outcomes, and what is known about the run in advance. */
export interface RunFile extends RunPlace {
  readonly format: OutcomeFormat;
  readonly task?: string;
  /** Seed for rows without a seed. */
  readonly defaultSeed?: number;
}

/** Tells outcomes from a sweep's results, by file names and first bytes. */
export function isOutcomes(path: string): boolean {
  if (isRunPattern(path)) return findRuns(path).some(({ path }) => isOutcomes(path));
  if (!isFolder(path)) return formatOf(path, true) !== undefined;
  const isSweep = ["results.json", "sweep.json"].some((name) => existsSync(join(path, name)));
  return !isSweep && filesBelow(path).some((file) => formatOf(file, false) !== undefined);
}

/**
 * Files with outcomes in files, folders, or patterns as for {@link findRuns}.
 *
 * @throws InputError `E_OUTCOMES` for a place without such a file and for an open choice of tasks.
 */
export function runFiles(
  paths: readonly string[],
  {
    arms,
    task,
    suite,
  }: Pick<OutcomeChoices, "task"> & Pick<RowChoices, "suite"> & { readonly arms?: PlacedArms | undefined },
): readonly RunFile[] {
  const files = paths.flatMap((path) =>
    isRunPattern(path)
      ? findRuns(path).flatMap((place) => filesOf(numbered(place, arms), true))
      : filesOf({ path }, false),
  );
  if (suite === undefined || files.every(({ format }) => format === plain)) return filesOfTask(files, task);
  if (task === undefined) return filesOfSuite(files, suite, andList(paths));
  throw new InputError("E_CONFIG", `--task must be left out beside --suite, got ${task}`);
}

/** Place with the number of its arm as the rank. */
function numbered(place: RunPlace, arms: PlacedArms | undefined): RunPlace {
  const rank = rankAt(place, arms);
  return rank === undefined ? place : { ...place, rank };
}

function filesOf(place: RunPlace, isOfPattern: boolean): RunFile[] {
  const isNamed = !isFolder(place.path);
  const below = isNamed ? [place.path] : filesBelow(place.path);
  const files = below.flatMap((path): RunFile[] => {
    const format = formatOf(path, isNamed);
    if (format === undefined) return [];
    const isAlone = format === plain && isNamed && !isOfPattern;
    const rank = place.rank ?? (isAlone ? undefined : rankOfAdapter(place, path));
    const task = format.taskOf?.(basename(path));
    return [
      {
        ...{ path, format },
        ...(rank === undefined ? {} : { rank }),
        ...(place.seed === undefined ? {} : { seed: place.seed }),
        ...(isAlone ? {} : { defaultSeed: 0 }),
        ...(task === undefined ? {} : { task }),
      },
    ];
  });
  if (files.length > 0) return files;
  const got = andList(below.map((path) => basename(path))) || "nothing";
  throw new InputError("E_OUTCOMES", `${place.path} must hold an evaluator's file with outcomes, got ${got}`);
}

function filesOfTask(files: readonly RunFile[], chosen: string | undefined): readonly RunFile[] {
  const tasks = files.flatMap(({ task = [] }) => task);
  if (chosen === undefined && tasks.length === 0) return files;
  const taken = chosenName("--task, or the file's name in the path,", files[0]!.path, tasks, chosen);
  return files.filter(({ task = taken }) => task === taken);
}

/** Files of a suite's tasks. A file that an evaluator did not name is of the task by which it is named. */
function filesOfSuite(files: readonly RunFile[], suite: Suite, source: string): readonly RunFile[] {
  const named = files.map((file) => ({
    ...file,
    task: file.task ?? basename(file.path).replace(/\.[^.]+$/, ""),
  }));
  const tasks = chosenTasks(
    suite,
    named.map(({ task }) => task),
    source,
  );
  return named.filter(({ task }) => tasks.includes(task));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
