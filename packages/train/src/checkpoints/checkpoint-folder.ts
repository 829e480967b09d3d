import { readdirSync, rmdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "@lorank/checkpoint/files";

/** The checkpoints of one training in its folder. */
export class CheckpointFolder {
  readonly #folder: string;
  /** The newest that is there and believed. */
  #newest: string | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * What `restore` makes of the newest checkpoint that it believes; undefined where there is none.
   *
   * @param restore given a path, throws where that checkpoint is not to be believed.
   * @param refused told why a newer one is not taken.
   */
  restoreNewest<T>(
    restore: (path: string) => T,
    refused: (step: number, reason: string) => void,
  ): T | undefined {
    for (const name of namesIn(this.#folder).filter(isCheckpoint).sort().reverse()) {
      try {
        const restored = restore(join(this.#folder, name));
        this.#newest = name;
        return restored;
      } catch (error) {
        refused(stepOf(name), (error as Error).message);
      }
    }
    return undefined;
  }

  /**
   * Adds one, and then removes all but it and the newest before it: what was not believed, and what a killed process left
   * half written. A kill in between leaves what was there, or that and the new one.
   *
   * @param write writes the file as a whole or not at all.
   * @returns the bytes of the file.
   * @throws what `write` throws, and the file system's error; then what was there is there.
   */
  add(step: number, write: (path: string) => void): number {
    const name = nameOf(step);
    const path = join(this.#folder, name);
    try {
      makeFolder(this.#folder);
      write(path);
    } catch (error) {
      removeIfEmpty(this.#folder);
      throw error;
    }
    const before = this.#newest;
    this.#newest = name;
    for (const other of namesIn(this.#folder))
      if (other !== name && other !== before && isOurs(other))
        rmSync(join(this.#folder, other), { force: true });
    return statSync(path).size;
  }
}

/** Removes the checkpoints of a training that is over, and their folder where nothing else is in it. */
export function removeCheckpoints(folder: string): void {
  for (const name of namesIn(folder).filter(isOurs)) rmSync(join(folder, name), { force: true });
  removeIfEmpty(folder);
}

const nameOf = (step: number): string => `checkpoint-${String(step).padStart(9, "0")}.safetensors`;
const stepOf = (name: string): number => Number(/\d+/.exec(name)![0]);
const isCheckpoint = (name: string): boolean => /^checkpoint-\d{9}\.safetensors$/.test(name);
/** The temporary files of these too. */
const isOurs = (name: string): boolean => /^\.?checkpoint-\d{9}\.safetensors(\..+\.tmp)?$/.test(name);

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
