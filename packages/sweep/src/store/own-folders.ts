import { lstatSync, statSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "@lorank/checkpoint/files";
import { InputError } from "@lorank/core";

/** What a sweep makes in its results folder. */
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
const ownFiles = ["sweep.json", "settings.json", "cancel.json", "results.json", "report.html"] as const;

/**
 * Throws InputError `E_OUT` where a name of ours in the results folder `out` is taken by something else: a file or a link
 * to nothing in place of a folder, or a folder in place of a file. Only looks.
 */
export function assertOwnNames(out: string): void {
  for (const name of ownFolders) {
    const path = join(out, name);
    if (isTaken(path) && !isFolder(path)) throw notFolder(path);
  }
  for (const name of ownFiles) {
    const path = join(out, name);
    if (isFolder(path)) throw mustBe(path, "a file", "a folder");
  }
}

/** Makes a folder in a results folder where it is missing. Throws InputError `E_OUT` where something else has its name. */
export function makeOwnFolder(path: string): void {
  try {
    makeFolder(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === "EEXIST" || code === "ENOTDIR" || code === "ELOOP" ? notFolder(path) : error;
  }
}

/** What to say of a path that must be a folder and is none. */
export function notFolder(path: string): InputError {
  const got = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()
    ? "a symbolic link to nothing"
    : "a file";
  return mustBe(path, "a folder", got);
}

/** What to say of a path that must be a file and is a folder. */
export function mustBe(path: string, rule: string, got: string): InputError {
  return new InputError("E_OUT", `${path} must be ${rule}, got ${got}\nDelete it, then run the same again.`);
}

function isTaken(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ELOOP") return false;
    throw error;
  }
}
