import type { CheckpointOptions, TestExamplesFile } from "@lorank/train";
import type { ProgressEvent } from "./events.ts";

/** File digest: SHA-256, and a stamp that changes with the file. */
export interface KnownDigest {
  readonly path: string;
  readonly sha256: string;
  /** Stamp: device, inode, bytes, and times of content and inode in nanoseconds since 1970, beyond 2^53. */
  readonly stamp: string;
}

/** Job for one worker process: training, or evaluation of adapter, base or cuts. */
export type Work =
  | TrialToTrain
  | { readonly kind: "evaluate"; readonly trialId: string; readonly test: TestToScore }
  /** Evaluates the untouched base on a trial's validation examples. The trial need not have finished. */
  | { readonly kind: "base"; readonly trialId: string }
  /** Cuts a finished trial's adapter to each rank, and evaluates the cuts on the validation examples. */
  | { readonly kind: "truncate"; readonly trialId: string; readonly ranks: readonly number[] };

export type TestToScore = Pick<TestExamplesFile, "sha256"> & Partial<Pick<TestExamplesFile, "file">>;

export interface TrialToTrain {
  readonly kind: "train";
  readonly trialId: string;
  /** Attempt number, already claimed. (default: the process claims the next) */
  readonly attempt?: number;
}

/** Timing job for a trial on this machine. Nothing trained is saved. */
export interface TrialToMeasure {
  readonly kind: "measure";
  readonly trialId: string;
  /** Most training steps to time, and most evaluation batches. */
  readonly steps: number;
  /** Time limit in seconds for training, and again for evaluating: `MeasureOptions`. */
  readonly seconds: number;
  /** Output file for the measured cost as JSON: `TrialCost` from `@lorank/train`, or `CommandCost`. */
  readonly resultFile: string;
}

/** Place where a run's jobs find their files, as JSON. Each trainer adds what its processes need. */
export interface JobPlace {
  readonly out: string;
  /** Checkpoint interval, in seconds or steps. (default: every 5 minutes) */
  readonly checkpointEvery?: CheckpointOptions["every"] | undefined;
}

/** Worker process input, as JSON. Only the device can change a result, by rounding. */
export type Job = JobPlace &
  (Work | TrialToMeasure) & {
    readonly digests?: readonly KnownDigest[];
  };

/** Message from a worker to the parent process: progress or digests. Results go through the disk. */
export type WorkerMessage =
  | { readonly trialId: string; readonly event: ProgressEvent }
  | { readonly digests: readonly KnownDigest[] };
