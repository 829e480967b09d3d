import { existsSync, lstatSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, join, sep } from "node:path";
import { InputError } from "@lorank/core";
import { idsIn, mustBe, namesIn, notFolder } from "./files.ts";

/** Folders that a sweep makes in its results folder. */
export const ownFolders = [
  "data",
  "search",
  "specs",
  "attempts",
  "results",
  "adapters",
  "truncations",
  "test",
  "slurm",
] as const;
const ownFiles = [
  "sweep.json",
  "settings.json",
  "cancel.json",
  "failed.json",
  "results.json",
  "report.html",
] as const;

/** The folder of a search in a sweep's results folder: a store of its own, with its data and what was found. */
export function searchFolder(out: string): string {
  return join(out, "search");
}

/**
 * Throws InputError `E_OUT` where something else has a name of ours in the results folder `out`. That is a file or a
 * link to nothing in place of a folder, or a folder in place of a file. Only looks.
 */
export function assertOwnNames(out: string): void {
  for (const name of ownFolders) {
    const path = join(out, name);
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined && !isFolder(path)) throw notFolder(path);
  }
  for (const name of ownFiles) {
    const path = join(out, name);
    if (isFolder(path)) throw mustBe(path, "a file", "a folder");
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ELOOP") return false;
    throw error;
  }
}

/** Names that a sweep makes in its results folder, and in folders there, before it has a `sweep.json`. */
const ownNames: Readonly<Record<string, RegExp>> = {
  "": /^(sweep\.lock|settings\.json|cancel\.json|queue\.json|search)$/,
  search: /^(specs|attempts|results|slurm|data-[0-9a-f]{64}\.json|search\.json)$/,
};

/**
 * Lists names in the folder `out` that no sweep made, except hidden files; none where a killed sweep can be resumed. A
 * folder with a `sweep.json`, or with specs where that was lost, is a sweep's: then none of its names is foreign.
 */
export function foreignNames(out: string): string[] {
  const specs = join(out, "specs");
  if (existsSync(join(out, "sweep.json")) || (isFolder(specs) && idsIn(specs).length > 0)) return [];
  return Object.entries(ownNames).flatMap(([folder, own]) =>
    (isFolder(join(out, folder)) ? namesIn(join(out, folder)) : [])
      .filter((name) => !own.test(name) && !name.startsWith("."))
      .map((name) => join(folder, name)),
  );
}

/** Throws InputError `E_OUT` where `out` is a file, or holds something that is no sweep, or a file for one of its folders. */
export function assertResultsFolder(out: string): void {
  const stat = statSync(out, { throwIfNoEntry: false });
  if (stat !== undefined && !stat.isDirectory())
    throw new InputError("E_OUT", `out must be a folder, got the file ${out}`);
  const foreign = foreignNames(out);
  if (foreign.length > 0)
    throw new InputError(
      "E_OUT",
      `out must be a new folder or hold a sweep, got ${out}, which holds ${foreign.slice(0, 3).join(", ")} and no sweep.json`,
    );
  assertOwnNames(out);
}

/**
 * Removes the temporary files that killed processes left in the results folder `out`: copies, whole or half, that never
 * got their name. Only names of our form, in our places, are removed, for people may save other files there.
 * Checkpoints of trials that have a result go too.
 */
export function removeTemporaryFiles(out: string): string[] {
  const ours = ownFolders.filter((name) => existsSync(join(out, name)));
  const names = [...readdirSync(out), ...ours.flatMap((folder) => filesBelow(out, folder))];
  const removed = names
    .filter((name) => isTemporaryName(basename(name)) || isLeftCheckpoint(out, name))
    .map((name) => join(out, name));
  for (const path of removed) rmSync(path, { force: true });
  return removed;
}

/** Folders that a sweep makes in its own: stores, trials, attempts and what is in them, ranks, batches of Slurm. */
const ownFolder =
  /^(specs|attempts|results|slurm|[0-9a-f]{64}|\d+|adapter|resume|r\d+|lorank-\d+-[0-9a-f]{8}|tasks)$/;

/** Paths from `out` of the files in a folder and in folders of ours below it. No link there is followed: it may lead to its parent. */
function filesBelow(out: string, folder: string): string[] {
  return readdirSync(join(out, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return [path];
    return ownFolder.test(entry.name) ? filesBelow(out, path) : [];
  });
}

/** `.<name>.<owner>.<16 hex digits>.tmp` as writeFileAtomic makes them, and the stale lease that is being moved away. */
function isTemporaryName(name: string): boolean {
  return /^\..+\.[0-9a-f]{16}\.tmp$/.test(name) || /^\.sweep\.lock\.[0-9a-f-]{36}\.stale\.tmp$/.test(name);
}

/** A checkpoint of this engine whose trial was done by another attempt, or just before its process was killed. */
function isLeftCheckpoint(out: string, name: string): boolean {
  const [folder, id, , resume, file = ""] = name.split(sep);
  return (
    folder === "attempts" &&
    resume === "resume" &&
    /^checkpoint-\d{9}\.safetensors$/.test(file) &&
    existsSync(join(out, "results", `${id}.json`))
  );
}
