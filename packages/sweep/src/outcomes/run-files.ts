import { existsSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { InputError } from "@lorank/core";
import type { OutcomeChoices, OutcomeFormat } from "./format.ts";
import { formatOf } from "./formats.ts";
import { plain } from "./plain.ts";
import { filesBelow, findRuns, isRunPattern, type RunPlace, rankOfAdapter } from "./run-pattern.ts";

/** A file with outcomes, and what is known of its run without reading all of it. */
export interface RunFile extends RunPlace {
  readonly format: OutcomeFormat;
  readonly task?: string;
  /** The seed of rows that say none. */
  readonly defaultSeed?: number;
}

/** Tells paths of outcomes from those of a sweep's results: by the names and first bytes of their files. */
export function isOutcomes(path: string): boolean {
  if (isRunPattern(path)) return findRuns(path).some(({ path }) => isOutcomes(path));
  if (!isFolder(path)) return formatOf(path, true) !== undefined;
  const isSweep = ["results.json", "sweep.json"].some((name) => existsSync(join(path, name)));
  return !isSweep && filesBelow(path).some((file) => formatOf(file, false) !== undefined);
}

/**
 * Finds the files with outcomes that paths name: files, folders, or patterns as for {@link findRuns}; one for each run.
 *
 * @throws InputError `E_OUTCOMES` for a place without such a file, an open choice of tasks, and two files of one run.
 */
export function runFiles(paths: readonly string[], choices: OutcomeChoices): readonly RunFile[] {
  const files = paths.flatMap((path) =>
    isRunPattern(path) ? findRuns(path).flatMap((place) => filesOf(place, true)) : filesOf({ path }, false),
  );
  const ofTask = filesOfTask(files, choices.task);
  const fileOf = new Map<string, string>();
  for (const { path, rank, seed } of ofTask) {
    if (rank === undefined || seed === undefined) continue;
    const other = fileOf.get(`${rank} ${seed}`);
    if (other !== undefined) {
      const advice =
        "Name the runs by a path such as 'runs/r{rank}-s{seed}', in which * stands for any characters.";
      const words = `rank ${rank}, seed ${seed} must have one file, got ${other} and ${path}`;
      throw new InputError("E_OUTCOMES", `${words}\n${advice}`);
    }
    fileOf.set(`${rank} ${seed}`, path);
  }
  return ofTask;
}

function filesOf(place: RunPlace, isOfPattern: boolean): RunFile[] {
  const isNamed = !isFolder(place.path);
  const below = isNamed ? [place.path] : filesBelow(place.path);
  const files = below.flatMap((path): RunFile[] => {
    const format = formatOf(path, isNamed);
    if (format === undefined) return [];
    const isAlone = format === plain && isNamed && !isOfPattern;
    const rank = place.rank ?? (isAlone ? undefined : (rankOfAdapter(place, path) ?? format.rankOf?.(path)));
    const task = format.taskOf?.(basename(path));
    return [
      {
        ...{ path, format },
        ...(rank === undefined ? {} : { rank }),
        ...(place.seed === undefined ? {} : { seed: place.seed }),
        // Rows may have it as a column.
        ...(place.seed === undefined && !isAlone
          ? format === plain
            ? { defaultSeed: 0 }
            : { seed: 0 }
          : {}),
        ...(task === undefined ? {} : { task }),
      },
    ];
  });
  if (files.length > 0) return files;
  const names = below.map((path) => basename(path));
  const shown = names.length > 6 ? [...names.slice(0, 6), `${names.length - 6} more`] : names;
  const got = names.length === 0 ? "nothing" : shown.join(", ");
  throw new InputError("E_OUTCOMES", `${place.path} must hold an evaluator's file with outcomes, got ${got}`);
}

function filesOfTask(files: readonly RunFile[], chosen: string | undefined): readonly RunFile[] {
  const tasks = [...new Set(files.flatMap(({ task = [] }) => task))].sort();
  if (chosen === undefined && tasks.length < 2) return files;
  if (chosen !== undefined && tasks.includes(chosen)) return files.filter(({ task }) => task === chosen);
  throw choiceFault("--task", tasks, chosen);
}

/** The error of a choice that has to be made, or that is none of the names that there are. */
export function choiceFault(flag: string, names: readonly string[], chosen?: string): InputError {
  const there = names.length > 20 ? [...names.slice(0, 20), `${names.length - 20} more`] : names;
  const rule = `${flag} must be ${there.length === 0 ? "left out, as the files have no such name" : `one of ${there.join(", ")}`}`;
  return new InputError("E_OUTCOMES", `${rule}, got ${chosen ?? "none"}`);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
