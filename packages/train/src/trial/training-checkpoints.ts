import type { FileSource } from "@lorank/checkpoint";
import { type CheckpointOwner, checkpointParts, restoreCheckpoint } from "./checkpoint-file.ts";
import type { EarlierTraining, Learner, TrialEvent } from "./learner.ts";
import type { SavedBeside } from "./saved-beside.ts";

/** Writes checkpoints during a training, between optimiser steps; an interrupted step is repeated. */
export class TrainingCheckpoints {
  readonly #options: StoredCheckpoints;
  readonly #owner: CheckpointOwner;
  readonly #report: (event: TrialEvent) => void;
  readonly #signal: AbortSignal | undefined;
  readonly #slots: CheckpointSlots;
  readonly #peakBytes: () => number;
  readonly #now: () => number;
  #learner!: Learner;
  #beside: SavedBeside | undefined;
  #beganAt = 0;
  #earlier: EarlierTraining | undefined;
  /** Step count and seconds trained so far, in all processes. */
  #step = 0;
  #seconds = 0;
  /** Step count, changes of what is saved beside, and seconds trained at the last checkpoint, written or failed. */
  #saved = { step: 0, changes: 0, seconds: 0 };
  #hasFailed = false;

  /** @param signal writes a checkpoint at once when aborted. */
  constructor(
    options: StoredCheckpoints,
    owner: CheckpointOwner,
    report: (event: TrialEvent) => void,
    { signal, peakBytes = () => 0 }: { signal?: AbortSignal | undefined; peakBytes?: () => number } = {},
  ) {
    this.#options = options;
    this.#owner = owner;
    this.#report = report;
    this.#signal = signal;
    this.#slots = new CheckpointSlots(options.store);
    this.#peakBytes = peakBytes;
    this.#now = options.now ?? (() => performance.now());
    signal?.addEventListener("abort", this.#onAbort);
  }

  get earlier(): EarlierTraining | undefined {
    return this.#earlier;
  }

  /** Restores a new learner, and what is saved beside it, from the newest usable checkpoint. Returns the completed steps. */
  begin(learner: Learner, beside?: SavedBeside): number {
    this.#learner = learner;
    this.#beside = beside;
    const refusals: string[] = [];
    const taken = this.#slots.restoreNewest(
      (open) => restoreCheckpoint(open, this.#owner, learner, beside),
      (step, reason) => refusals.push(`the checkpoint of step ${step} is not used: ${reason}`),
    );
    if (refusals.length > 0) {
      const what =
        taken === undefined ? "it starts from the first step" : `it goes on from step ${taken.step}`;
      this.#report({ kind: "note", text: `${refusals.join("; ")}; ${what}` });
    }
    if (taken !== undefined) {
      const { step, seconds, peakResidentBytes } = taken;
      this.#earlier = { seconds, peakResidentBytes };
      this.#step = step;
      this.#seconds = seconds;
      this.#saved = { step, changes: this.#changes, seconds };
      this.#report({ kind: "resumed", step, steps: this.#steps });
    }
    this.#beganAt = this.#now();
    return this.#step;
  }

  /** Counts a finished step, and again if what is saved beside has changed after it; writes a checkpoint when due. */
  stepped(step: number): void {
    this.#step = step;
    this.#seconds = (this.#earlier?.seconds ?? 0) + (this.#now() - this.#beganAt) / 1000;
    if (this.#isDue()) this.#save();
  }

  close(): void {
    this.#signal?.removeEventListener("abort", this.#onAbort);
  }

  get #changes(): number {
    return this.#beside?.changes ?? 0;
  }

  get #steps(): number {
    return this.#learner.plan.steps.length;
  }

  #isDue(): boolean {
    const { every } = this.#options;
    if (every === "off" || this.#seconds < firstCheckpointSeconds) return false;
    if ("steps" in every) return this.#step % every.steps === 0;
    return this.#seconds - this.#saved.seconds >= every.seconds;
  }

  /** Abort handler. Saving during a step is safe: a step changes parameters only at the end, at once. */
  readonly #onAbort = (): void => {
    const isNew = this.#step > this.#saved.step || this.#changes > this.#saved.changes;
    const isWorthIt = this.#seconds >= firstCheckpointSeconds && isNew;
    if (this.#options.every !== "off" && isWorthIt) this.#save();
  };

  /** Saves a checkpoint. A full disk must not end a training; the failure is reported once. */
  #save(): void {
    const [step, seconds] = [this.#step, this.#seconds];
    const peakResidentBytes = Math.max(this.#peakBytes(), this.#earlier?.peakResidentBytes ?? 0);
    const startedAt = performance.now();
    try {
      const bytes = this.#slots.add(
        step,
        checkpointParts(this.#owner, this.#learner, { step, seconds, peakResidentBytes }, this.#beside),
      );
      const took = (performance.now() - startedAt) / 1000;
      this.#report({ kind: "checkpoint", step, steps: this.#steps, bytes, seconds: took });
    } catch (error) {
      if (!this.#hasFailed)
        this.#report({
          kind: "note",
          text: `training goes on without a checkpoint: ${(error as Error).message}`,
        });
      this.#hasFailed = true;
    }
    this.#saved = { step, changes: this.#changes, seconds };
  }
}

class CheckpointSlots {
  readonly #store: CheckpointStore;
  /** File name of the newest checkpoint written, or accepted by `restore`. */
  #newest: string | undefined;

  constructor(store: CheckpointStore) {
    this.#store = store;
  }

  /** Restores from the newest checkpoint that `restore`, which may throw, accepts; `refused` gets the others. */
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
   * Adds a checkpoint, then removes all except it and the newest before it. A kill in between loses nothing.
   * @returns the file size in bytes.
   * @throws what the store throws; a failed write loses nothing.
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

/** True for checkpoint file names, half-written files included. */
export function isCheckpointFile(name: string): boolean {
  return /^\.?checkpoint-\d{9}\.safetensors(\..+\.tmp)?$/.test(name);
}

export type CheckpointInterval = { readonly seconds: number } | { readonly steps: number };

/** Checkpoint storage for a training: files by name. */
export interface CheckpointStore {
  names(): readonly string[];
  open(name: string): FileSource;
  /**
   * Writes a file whole or not at all.
   * @param parts bytes in order; they change after this returns, so an asynchronous writer copies.
   */
  write(name: string, parts: readonly Uint8Array[]): void;
  /** Removes a file, if it exists. */
  remove(name: string): void;
}

export interface StoredCheckpoints extends Omit<CheckpointOptions, "folder"> {
  /** Checkpoint store for this training alone, with at most two checkpoints. */
  readonly store: CheckpointStore;
}

export interface CheckpointOptions {
  /** Folder for this training alone, created with the first checkpoint; holds at most two. */
  readonly folder: string;
  /** Time or steps between checkpoints; `off` writes none, but resumes. None is written in the first minute. */
  readonly every: CheckpointInterval | "off";
  /** Present time in milliseconds, by any clock. (default: the process's) */
  readonly now?: (() => number) | undefined;
}

/** Least seconds of training before a checkpoint is worth its time. */
const firstCheckpointSeconds = 60;
