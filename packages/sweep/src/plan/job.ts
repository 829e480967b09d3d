import type { CheckpointOptions, TestExamplesFile } from "@lorank/train";
import type { ProgressEvent } from "./events.ts";

/** SHA-256 of a file, and a stamp to tell whether it has changed. */
export interface KnownDigest {
  readonly path: string;
  readonly sha256: string;
  /** Device, inode, bytes, and times of content and inode in nanoseconds since 1970. Numbers may exceed 2^53. */
  readonly stamp: string;
}

/** Work of one process. */
export type Work =
  | TrialToTrain
  /** Scores a finished trial's adapter on test examples. */
  | { readonly kind: "evaluate"; readonly trialId: string; readonly test: TestToScore }
  /** Evaluates the untouched base on a trial's validation examples. The trial need not have finished. */
  | { readonly kind: "base"; readonly trialId: string }
  /** Cuts a finished trial's adapter to each rank, and evaluates the cuts on its validation examples. */
  | { readonly kind: "truncate"; readonly trialId: string; readonly ranks: readonly number[] };

export type TestToScore = Pick<TestExamplesFile, "sha256"> & Partial<Pick<TestExamplesFile, "file">>;

/** Trains a trial in an attempt of its own. */
export interface TrialToTrain {
  readonly kind: "train";
  readonly trialId: string;
  /** Claimed attempt. (default: the process claims the next) */
  readonly attempt?: number;
}

/** Times a trial on this machine: opening, a few steps and evaluation batches. Nothing trained is saved. */
export interface TrialToMeasure {
  readonly kind: "measure";
  readonly trialId: string;
  /** Most steps, and most evaluation batches, to time. */
  readonly steps: number;
  /** Limits for training and for evaluating, each in seconds: `seconds` of `MeasureOptions`. */
  readonly seconds: number;
  /** File for the `TrialCost` of `@lorank/train`, or the `CommandCost`, as JSON. */
  readonly resultFile: string;
}

/** Results folder of a run's jobs, as JSON. Each trainer adds what its processes need. */
export interface JobPlace {
  readonly out: string;
  /** Interval between checkpoints, of a trainer that saves them. (default: every 5 minutes) */
  readonly checkpointEvery?: CheckpointOptions["every"] | undefined;
}

/** Input of a worker process, as JSON. Only the device can change a result, by rounding. */
export type Job = JobPlace &
  (Work | TrialToMeasure) & {
    /** Digests of a trainer's large files, which need not be hashed again. */
    readonly digests?: readonly KnownDigest[];
  };

/** Message of a worker to its parent: an event to show, or digests. Results go through the disk. */
export type WorkerMessage =
  | { readonly trialId: string; readonly event: ProgressEvent }
  | { readonly digests: readonly KnownDigest[] };
