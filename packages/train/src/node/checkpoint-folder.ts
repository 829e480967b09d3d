import { readdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, modelAt, writeFileAtomic } from "@lorank/checkpoint/files";
import { isCheckpointFile } from "../trial/checkpoint-slots.ts";
import type { CheckpointOptions, CheckpointStore, StoredCheckpoints } from "../trial/options.ts";

/** The same, kept in the folder that they name. */
export function inFolder({ folder, ...options }: CheckpointOptions): StoredCheckpoints {
  return { ...options, store: folderStore(folder) };
}

/** A folder as a store of checkpoints; it is made with the first. */
function folderStore(folder: string): CheckpointStore {
  return {
    names: () => namesIn(folder),
    open: (name) => modelAt(folder).open(name),
    write: (name, parts) => {
      try {
        makeFolder(folder);
        writeFileAtomic(join(folder, name), parts);
      } catch (error) {
        removeIfEmpty(folder);
        throw error;
      }
    },
    remove: (name) => rmSync(join(folder, name), { force: true }),
  };
}

/** Removes the checkpoints of a training that is over, and their folder where nothing else is in it. */
export function removeCheckpoints(folder: string): void {
  for (const name of namesIn(folder).filter(isCheckpointFile)) rmSync(join(folder, name), { force: true });
  removeIfEmpty(folder);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It is not there, or holds something.
  }
}
