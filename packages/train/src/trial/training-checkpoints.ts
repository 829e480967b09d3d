import type { FileSource } from "@lorank/checkpoint";
import { type CheckpointOwner, checkpointParts, restoreCheckpoint } from "./checkpoint-file.ts";
import type { EarlierTraining, Learner, TrialEvent } from "./learner.ts";

/**
 * The checkpoints of a training while it goes on. They are taken between two optimiser steps: a training that ends in the
 * middle of one, whichever micro-batch it is at, does that step again.
 */
export class TrainingCheckpoints {
  readonly #options: StoredCheckpoints;
  readonly #owner: CheckpointOwner;
  readonly #report: (event: TrialEvent) => void;
  readonly #signal: AbortSignal | undefined;
  readonly #slots: CheckpointSlots;
  readonly #peakBytes: () => number;
  readonly #now: () => number;
  #learner!: Learner;
  #beganAt = 0;
  #earlier: EarlierTraining | undefined;
  /** Steps and seconds of the training so far, all processes together. */
  #step = 0;
  #seconds = 0;
  /** The same of the last checkpoint. */
  #saved = { step: 0, seconds: 0 };
  #hasFailed = false;

  /**
   * @param signal where it is aborted, a checkpoint is written at once.
   * @param peakBytes largest memory of this process so far. (default: 0)
   */
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

  /** Time and memory of earlier processes; undefined where the training began in this one. */
  get earlier(): EarlierTraining | undefined {
    return this.#earlier;
  }

  /** Puts a learner that has just begun where the newest checkpoint is. Returns how many steps it has done. */
  begin(learner: Learner): number {
    this.#learner = learner;
    const refusals: string[] = [];
    const taken = this.#slots.restoreNewest(
      (open) => restoreCheckpoint(open, this.#owner, learner),
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
      this.#saved = { step, seconds };
      this.#report({ kind: "resumed", step, steps: this.#steps });
    }
    this.#beganAt = this.#now();
    return this.#step;
  }

  /** `step` steps are done: writes a checkpoint where it is time. */
  stepped(step: number): void {
    this.#step = step;
    this.#seconds = (this.#earlier?.seconds ?? 0) + (this.#now() - this.#beganAt) / 1000;
    if (this.#isDue()) this.#save();
  }

  /** Ends listening to the signal. */
  close(): void {
    this.#signal?.removeEventListener("abort", this.#onAbort);
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

  /** Whatever was running then has changed nothing yet: what a step changes, it changes at its end, at one go. */
  readonly #onAbort = (): void => {
    const isWorthIt = this.#seconds >= firstCheckpointSeconds && this.#step > this.#saved.step;
    if (this.#options.every !== "off" && isWorthIt) this.#save();
  };

  /** A full disk is no reason to lose a training: it is reported once. */
  #save(): void {
    const [step, seconds] = [this.#step, this.#seconds];
    const peakResidentBytes = Math.max(this.#peakBytes(), this.#earlier?.peakResidentBytes ?? 0);
    const startedAt = performance.now();
    try {
      const bytes = this.#slots.add(
        step,
        checkpointParts(this.#owner, this.#learner, { step, seconds, peakResidentBytes }),
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
    this.#saved = { step, seconds };
  }
}

/** The checkpoints of one training in its store. */
class CheckpointSlots {
  readonly #store: CheckpointStore;
  /** The newest that was accepted. */
  #newest: string | undefined;

  constructor(store: CheckpointStore) {
    this.#store = store;
  }

  /**
   * The result of `restore` for the newest checkpoint that it accepts; undefined where there is none.
   *
   * @param restore throws for a checkpoint that it refuses.
   * @param refused is called with the reason for each newer one.
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
   * Adds one, then removes all but it and the newest before it: what was not believed, and what a killed process left
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

/** True if a file is a checkpoint, or one that was half written. */
export function isCheckpointFile(name: string): boolean {
  return /^\.?checkpoint-\d{9}\.safetensors(\..+\.tmp)?$/.test(name);
}

/** Interval of checkpoints, in seconds of training or in steps. */
export type CheckpointInterval = { readonly seconds: number } | { readonly steps: number };

/** Storage for the checkpoints of a training: files by name, in a folder or in any other place for bytes. */
export interface CheckpointStore {
  /** Names of all files that are there. */
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

/** Place and interval of a training's checkpoints. */
export interface StoredCheckpoints extends Omit<CheckpointOptions, "folder"> {
  /** A store of this training alone, for two checkpoints at most. */
  readonly store: CheckpointStore;
}

/** Place and interval of a training's checkpoints. */
export interface CheckpointOptions {
  /** A folder of this training alone. Made with the first checkpoint; it has two at most. */
  readonly folder: string;
  /** `off` writes none; one that is there is gone on from all the same. None is written in a training's first minute. */
  readonly every: CheckpointInterval | "off";
  /** The clock, in milliseconds. (default: the process's) */
  readonly now?: (() => number) | undefined;
}

/** None in a training's first minute: what it would save is quickly done again. */
const firstCheckpointSeconds = 60;
