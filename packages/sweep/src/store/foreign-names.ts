import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@lorank/core";
import { idsIn } from "./known-ids.ts";
import { assertOwnNames } from "./own-folders.ts";

/** What a sweep puts into its results folder, and into folders in it, before it has a `sweep.json`. */
const ownNames: Readonly<Record<string, RegExp>> = {
  "": /^(sweep\.lock|settings\.json|cancel\.json|queue\.json|search)$/,
  search: /^(specs|attempts|results|slurm|data-[0-9a-f]{64}\.json|search\.json)$/,
};

/**
 * What is in the folder `out` that no sweep put there, apart from hidden files; none where a sweep that was killed can
 * be resumed. A folder with a `sweep.json` is a sweep's, or with specs where that was lost, whatever else people keep in
 * it: then there is none either.
 */
export function foreignNames(out: string): string[] {
  if (existsSync(join(out, "sweep.json")) || hasSpecs(out)) return [];
  return Object.entries(ownNames).flatMap(([folder, own]) =>
    namesIn(join(out, folder))
      .filter((name) => !own.test(name) && !name.startsWith("."))
      .map((name) => join(folder, name)),
  );
}

function hasSpecs(out: string): boolean {
  const folder = join(out, "specs");
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder && idsIn(folder).length > 0;
}

function namesIn(folder: string): string[] {
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? readdirSync(folder) : [];
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
