import type { PeftAdapter } from "@lorank/checkpoint";
import type { Evaluation, TrialResult, TrialSpec } from "@lorank/core/results";
import type { ProgressEvent } from "../plan/events.ts";
import type { KnownDigest, Measurement, TestToScore } from "../plan/job.ts";
import type { Attempt } from "../store/store.ts";

/**
 * What trains, evaluates and measures the trials of one results folder: this engine, or the command of another trainer. Made of a job's
 * place by `trainerAt`. Nothing outside this folder asks which one it is.
 */
export interface Trainer {
  /** What its processes are to be given. */
  readonly processes: TrainerProcesses;
  /** What an attempt's log says that it is computed on; read in the process that computes. */
  computedOn(): { readonly threads?: number; readonly device?: string };
  /**
   * Trains a trial in its attempt.
   *
   * @param signal where it is aborted, the trial saves what it can, and this rejects.
   */
  train(run: TrialRun, signal: AbortSignal | undefined): Promise<TrialRunEnd>;
  /** Removes what unfinished attempts at a trial left behind for the next one, now that the trial has a result. */
  forgetUnfinished(trialId: string): void;
  /** Evaluates adapters of a trial, or cuts of it, one after the other: on its validation examples, or on test examples. */
  evaluate(spec: TrialSpec, adapters: readonly PeftAdapter[], test?: TestToScore): Promise<Evaluation[]>;
  /** Returns what a measurement found, a `TrialCost` or `CommandCost`. */
  measure(what: Measurement, report: (event: ProgressEvent) => void): Promise<object>;
}

/** What whoever starts a trainer's processes has to know. */
export interface TrainerProcesses {
  /** Threads of each; undefined where only the user knows. */
  readonly threads: number | undefined;
  /** Milliseconds that one needs to end, beyond the usual. */
  readonly graceMs: number;
  environment(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv;
  /** Digests of large files that a process need not compute again. */
  knownDigests(): readonly KnownDigest[];
}

/** One attempt at a trial while it runs. */
export interface TrialRun {
  readonly spec: TrialSpec;
  readonly attempt: Attempt;
  readonly report: (event: ProgressEvent) => void;
}

export interface TrialRunEnd {
  readonly result: Omit<TrialResult, "trialId">;
  /** Absent where the trainer has written it itself. */
  readonly adapter?: PeftAdapter | undefined;
}
