import { existsSync, lstatSync, readdirSync, rmSync, type Stats, statSync } from "node:fs";
import { basename, join, sep } from "node:path";
import { InputError } from "@lorank/core";
import { idsIn, mustBe, namesIn, notFolder } from "./files.ts";
import { inWordsOnFolder } from "./lease.ts";

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

export function searchFolder(out: string): string {
  return join(out, "search");
}

/**
 * Throws InputError `E_OUT` for a file or broken link where a sweep has a folder, or a folder where it has a file. Also
 * where `out` cannot be reached.
 */
export function assertOwnNames(out: string): void {
  statOf(out);
  for (const name of ownFolders) {
    const path = join(out, name);
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined && !isFolder(path)) throw notFolder(path);
  }
  for (const name of ownFiles) {
    const path = join(out, name);
    if (isFolder(path)) throw mustBe(path, "a file", "a folder");
  }
}

function statOf(out: string): Stats | undefined {
  try {
    return statSync(out, { throwIfNoEntry: false });
  } catch (error) {
    throw inWordsOnFolder(out, error);
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

/** Names a sweep may write before `sweep.json`, by parent folder. */
const ownNames: Readonly<Record<string, RegExp>> = {
  "": /^(sweep\.lock|settings\.json|cancel\.json|queue\.json|search)$/,
  search: /^(specs|attempts|results|slurm|data-[0-9a-f]{64}\.json|search\.json)$/,
};

/**
 * Names in the folder that no sweep made, hidden files apart. None where it holds a `sweep.json`, or specs where that
 * was lost: a killed sweep can be resumed.
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

/** Throws InputError `E_OUT` where `out` is a file, holds no sweep but something else, or fails `assertOwnNames`. */
export function assertResultsFolder(out: string): void {
  const stat = statOf(out);
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

/** Removes temporary files of killed processes, and finished trials' checkpoints; no files with other names. */
export function removeTemporaryFiles(out: string): string[] {
  const ours = ownFolders.filter((name) => existsSync(join(out, name)));
  const names = [...readdirSync(out), ...ours.flatMap((folder) => filesBelow(out, folder))];
  const removed = names
    .filter((name) => isTemporaryName(basename(name)) || isLeftCheckpoint(out, name))
    .map((name) => join(out, name));
  for (const path of removed) rmSync(path, { force: true });
  return removed;
}

/** Folder names a sweep makes: stores, trials, attempts and their content, ranks, Slurm batches. */
const ownFolder =
  /^(specs|attempts|results|slurm|[0-9a-f]{64}|\d+|adapter|resume|r\d+|lorank-\d+-[0-9a-f]{8}|tasks)$/;

/** Files in a sweep's folders, by path from `out`. Links are not followed: they may lead up. */
function filesBelow(out: string, folder: string): string[] {
  return readdirSync(join(out, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return [path];
    return ownFolder.test(entry.name) ? filesBelow(out, path) : [];
  });
}

/** True for writeFileAtomic's `.<name>.<owner>.<16 hex digits>.tmp`, and for stale leases being moved away. */
function isTemporaryName(name: string): boolean {
  return /^\..+\.[0-9a-f]{16}\.tmp$/.test(name) || /^\.sweep\.lock\.[0-9a-f-]{36}\.stale\.tmp$/.test(name);
}

/** True for a finished trial's checkpoint: another attempt's, or left by a kill just after the result. */
function isLeftCheckpoint(out: string, name: string): boolean {
  const [folder, id, , resume, file = ""] = name.split(sep);
  return (
    folder === "attempts" &&
    resume === "resume" &&
    /^checkpoint-\d{9}\.safetensors$/.test(file) &&
    existsSync(join(out, "results", `${id}.json`))
  );
}
