import type { FileSource } from "@lorank/checkpoint";
import type { CheckpointStore } from "./options.ts";

/** The checkpoints of one training in its store. */
export class CheckpointSlots {
  readonly #store: CheckpointStore;
  /** The newest that is there and believed. */
  #newest: string | undefined;

  constructor(store: CheckpointStore) {
    this.#store = store;
  }

  /**
   * What `restore` makes of the newest checkpoint that it believes; undefined where there is none.
   *
   * @param restore given a file, throws where that checkpoint is not to be believed.
   * @param refused told why a newer one is not taken.
   */
  restoreNewest<T>(
    restore: (open: () => FileSource) => T,
    refused: (step: number, reason: string) => void,
  ): T | undefined {
    for (const name of this.#store.names().filter(isCheckpoint).sort().reverse()) {
      try {
        const restored = restore(() => this.#store.open(name));
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
   * @returns the bytes of the file.
   * @throws what the store throws; where it is the write, what was there is there.
   */
  add(step: number, parts: readonly Uint8Array[]): number {
    const name = nameOf(step);
    this.#store.write(name, parts);
    const before = this.#newest;
    this.#newest = name;
    for (const other of this.#store.names())
      if (other !== name && other !== before && isCheckpointFile(other)) this.#store.remove(other);
    return parts.reduce((bytes, { length }) => bytes + length, 0);
  }
}

const nameOf = (step: number): string => `checkpoint-${String(step).padStart(9, "0")}.safetensors`;
const stepOf = (name: string): number => Number(/\d+/.exec(name)![0]);
const isCheckpoint = (name: string): boolean => /^checkpoint-\d{9}\.safetensors$/.test(name);

/** Whether a file is a checkpoint, or one that was half written. */
export function isCheckpointFile(name: string): boolean {
  return /^\.?checkpoint-\d{9}\.safetensors(\..+\.tmp)?$/.test(name);
}
