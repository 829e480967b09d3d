import type { PeftAdapter } from "@lorank/checkpoint";
import { InputError } from "@lorank/core";
import type { CommandSpec, EngineSpec, Evaluation, TrialResult, TrialSpec } from "@lorank/evidence/results";
import type { Environment } from "../child-environment.ts";
import type { ProgressEvent, ProgressReporter } from "../plan/events.ts";
import type { JobPlace, KnownDigest, PlaceOptions, TestToScore, TrialToMeasure } from "../plan/job.ts";
import type { Plan } from "../plan/plan.ts";
import type { Attempt, SweepStore } from "../store/store.ts";
import type { AskedSettings } from "../store/sweep-file.ts";

/**
 * Trains, evaluates and measures the trials of one results folder: this engine, or the command of another trainer.
 * `trainerAt` makes it from a job's place. Only this folder knows which one it is.
 */
export interface Trainer {
  /** Needs of its processes. */
  readonly processes: TrainerProcesses;
  /** Threads and device for an attempt's log; read in the process that computes. */
  computedOn(): { readonly threads?: number; readonly device?: string };
  /**
   * Trains a trial in its attempt.
   *
   * @param signal where it is aborted, the trial saves what it can, and this rejects.
   */
  train(run: TrialRun, signal: AbortSignal | undefined): Promise<TrialRunEnd>;
  /** Removes what unfinished attempts at a trial left behind for the next one, now that the trial has a result. */
  forgetUnfinished(trialId: string): void;
  /**
   * Evaluates adapters of a trial, or cuts of it, one after the other: on its validation examples, or on test examples.
   * `undefined` is the base of a trial of this engine, without an adapter.
   */
  evaluate(
    spec: TrialSpec,
    adapters: readonly (PeftAdapter | undefined)[],
    test?: TestToScore,
  ): Promise<Evaluation[]>;
  /** Returns the costs of a trial, a `TrialCost` or `CommandCost`. */
  measure(what: TrialToMeasure, report: (event: ProgressEvent) => void): Promise<object>;
}

/** Needs of a trainer's processes. */
interface TrainerProcesses {
  /** Threads of each; undefined where only the user knows. */
  readonly threads: number | undefined;
  /** Milliseconds that one needs to end, beyond the default. */
  readonly graceMs: number;
  environment(own: Environment): Environment;
  /** Digests of large files that a process need not compute again. */
  knownDigests(): readonly KnownDigest[];
}

/** One attempt at a trial while it runs. */
interface TrialRun {
  readonly spec: TrialSpec;
  readonly attempt: Attempt;
  readonly report: (event: ProgressEvent) => void;
}

interface TrialRunEnd {
  readonly result: Omit<TrialResult, "trialId">;
  /** Absent where the trainer has written it itself. */
  readonly adapter?: PeftAdapter | undefined;
}

/** Derives a trial's time from a short measurement. */
export interface TrialTiming {
  /** Steps to time. */
  readonly steps: number;
  /** @param seconds from the start of the measurement's process to its end. */
  time(spec: TrialSpec, cost: object, seconds: number): Omit<MeasuredTime, "rank">;
}

/** Times of a trial of one rank. */
export interface MeasuredTime {
  readonly rank: number;
  /** From the start of its process to its end. */
  readonly trialSeconds: number;
  /** Until the first step: the process, the weights, the texts, and what every shape takes on its first use. */
  readonly openSeconds: number;
  /** To evaluate all validation examples. */
  readonly evaluateSeconds: number;
  readonly secondsPerStep: number;
}

/** Trainer of a plan's trials, with all that they read, in the process that runs the sweep. */
export interface SweepTrainer {
  readonly plan: Plan;
  /** Execution of a run, as far as the results name it. */
  execution(run: { readonly threads: number }): { readonly threadsPerTrial?: number };
  readonly timing: TrialTiming;
  /** Throws E_SWEEP_OPTIONS, E_DATA_HASH or E_TRAINER_FILE for inputs that do not fit together. */
  assertInputs(portable: boolean): void;
  /**
   * Makes a results folder that is locked and the inputs agree, and writes the data into it.
   *
   * @throws InputError `E_SWEEP_CHANGED` where the folder holds another sweep.
   */
  open(
    out: string,
    request: FolderRequest,
    run: PlaceOptions & { readonly reporter: ProgressReporter },
  ): Promise<OpenSweep>;
  /** The place of jobs in a folder that is not opened, for a measurement. */
  place(out: string, run: PlaceOptions): JobPlace;
}

/** The purpose of the folder. */
interface FolderRequest {
  readonly extend: boolean;
  readonly settings: AskedSettings | undefined;
}

/** A sweep in its folder: the plan to run, and where its jobs find what they read. */
interface OpenSweep {
  readonly plan: Plan;
  readonly place: JobPlace;
  readonly store: SweepStore;
  readonly test: TestToScore | undefined;
}

/** A spec of this engine. Throws E_SPEC for that of a command. */
export function engineSpec(spec: TrialSpec): EngineSpec {
  if (!("trainer" in spec)) return spec;
  throw new InputError("E_SPEC", "the trial must be one of this engine, got one of a command");
}

/** A command's spec. Throws E_SPEC for that of this engine. */
export function commandSpec(spec: TrialSpec): CommandSpec {
  if ("trainer" in spec) return spec;
  throw new InputError("E_SPEC", "the trial must be one of a command, got one of this engine");
}
