import { existsSync, readdirSync, rmSync } from "node:fs";
import { basename, join, sep } from "node:path";
import { ownFolders } from "./own-folders.ts";

/**
 * Removes the temporary files that killed processes left in the results folder `out`. They are whole or half copies of
 * files that never got their name; nothing refers to them. Only what has the form of our own names, in our own places,
 * is touched: `out` may be a folder in which people keep other things. Checkpoints of trials that have a result go too.
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
