import type { FileSource } from "@lorank/checkpoint";

/** How often a checkpoint is written: after so many seconds of training, or at every so many steps. */
export type CheckpointInterval = { readonly seconds: number } | { readonly steps: number };

/** Where a training keeps its checkpoints: files by name, in a folder or wherever bytes can be kept. */
export interface CheckpointStore {
  /** Of all files that are there. */
  names(): readonly string[];
  open(name: string): FileSource;
  /**
   * Writes a file as a whole or not at all.
   *
   * @param parts its bytes in their order. They change after this returns: who writes later takes a copy.
   */
  write(name: string, parts: readonly Uint8Array[]): void;
  /** Does nothing where there is none of that name. */
  remove(name: string): void;
}

/** Where a training keeps its checkpoints, and when it writes them. */
export interface StoredCheckpoints extends Omit<CheckpointOptions, "folder"> {
  /** Of this training alone. Two checkpoints at most are kept. */
  readonly store: CheckpointStore;
}

/** Where a training keeps its checkpoints, and when it writes them. */
export interface CheckpointOptions {
  /** A folder of this training alone. Made with the first checkpoint; two at most are kept. */
  readonly folder: string;
  /** `off` writes none; one that is there is gone on from all the same. None is written in a training's first minute. */
  readonly every: CheckpointInterval | "off";
  /** The clock, in milliseconds. (default: the process's) */
  readonly now?: (() => number) | undefined;
}

/** None in a training's first minute: what it would save is quickly done again. */
export const firstCheckpointSeconds = 60;
