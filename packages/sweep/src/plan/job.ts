import type { CheckpointOptions, TestExamplesFile } from "@lorank/train";
import type { ProgressEvent } from "./events.ts";

/** The SHA-256 of a file, and all by which it shows that it is still the same. */
export interface KnownDigest {
  readonly path: string;
  readonly sha256: string;
  /** Device, inode, bytes, and the times of content and inode in nanoseconds since 1970: numbers that may be above 2^53. */
  readonly stamp: string;
}

/** The work of one process. */
export type Work =
  | TrialToTrain
  /** Scores a finished trial's adapter on test examples. */
  | { readonly kind: "evaluate"; readonly trialId: string; readonly test: TestToScore }
  /** Evaluates the base of a trial without an adapter on its validation examples. The trial need not have finished. */
  | { readonly kind: "base"; readonly trialId: string }
  /** Cuts a finished trial's adapter to each of these ranks, and evaluates those on its validation examples. */
  | { readonly kind: "truncate"; readonly trialId: string; readonly ranks: readonly number[] };

/** Test examples: of this engine in a file, of another trainer its own, which the hash alone names. */
export type TestToScore = Pick<TestExamplesFile, "sha256"> & Partial<Pick<TestExamplesFile, "file">>;

/** Trains a trial in an attempt of its own. */
export interface TrialToTrain {
  readonly kind: "train";
  readonly trialId: string;
  /** Its claimed attempt. (default: the process claims the next one itself) */
  readonly attempt?: number;
}

/** Times a trial on this machine: its opening, a few steps and evaluation batches. Nothing that it trains is saved. */
export interface TrialToMeasure {
  readonly kind: "measure";
  readonly trialId: string;
  /** Steps to time, and evaluation batches, at most. */
  readonly steps: number;
  /** Limit for evaluating, and the same for training: `seconds` of `MeasureOptions`. */
  readonly seconds: number;
  /** File for the `TrialCost` of `@lorank/train`, or the `CommandCost`, as JSON. */
  readonly resultFile: string;
}

/** Place of a run's jobs, as JSON: the results folder. Each trainer adds what its processes need. */
export interface JobPlace {
  /** Results folder. */
  readonly out: string;
  /** Interval between a trial's checkpoints, of a trainer that saves them. (default: every 5 minutes) */
  readonly checkpointEvery?: CheckpointOptions["every"] | undefined;
}

/** A worker process's input, as JSON. The device alone can change a result, by rounding. */
export type Job = JobPlace &
  (Work | TrialToMeasure) & {
    /** Digests of a trainer's large files, which need not be hashed again. */
    readonly digests?: readonly KnownDigest[];
  };

/** A worker's message to its parent: an event to show, or digests. Everything that matters is on disk. */
export type WorkerMessage =
  | { readonly trialId: string; readonly event: ProgressEvent }
  | { readonly digests: readonly KnownDigest[] };
