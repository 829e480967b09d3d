import type { PeftAdapter } from "@lorank/checkpoint";
import { InputError } from "@lorank/core";
import type { CommandSpec, EngineSpec, Evaluation, TrialResult, TrialSpec } from "@lorank/evidence/results";
import type { CheckpointOptions, TrialResources } from "@lorank/train";
import type { Environment } from "../child-environment.ts";
import type { ProgressEvent, ProgressReporter } from "../plan/events.ts";
import type { JobPlace, KnownDigest, TestToScore, TrialToMeasure } from "../plan/job.ts";
import type { Plan } from "../plan/plan.ts";
import type { Attempt, SweepStore } from "../store/store.ts";
import type { AskedSettings } from "../store/sweep-file.ts";

/**
 * Trains, evaluates and measures the trials of a sweep: this engine, another trainer's command, in tests a fake. A trainer is
 * one file and a row of `trainers.ts`; nothing outside this folder knows which one it is.
 *
 * Inputs are a plan with what its trials read. A place is JSON that a job's process gets: the results folder, and what this
 * trainer needs there.
 */
export interface Trainer<Inputs = { readonly plan: Plan }, Place extends JobPlace = JobPlace> {
  /** Members that its inputs and its places alone have. */
  readonly ownMembers: readonly string[];

  /** Throws E_SWEEP_OPTIONS, E_DATA_HASH or E_TRAINER_FILE for inputs that do not fit together. */
  assertInputs(inputs: Inputs, portable: boolean): void;
  /**
   * Makes a results folder that is locked and the inputs agree, and writes the data into it.
   *
   * @throws InputError `E_SWEEP_CHANGED` where the folder holds another sweep.
   */
  open(
    inputs: Inputs,
    folder: { readonly out: string; readonly extend: boolean; readonly settings: AskedSettings | undefined },
    run: PlaceOptions,
  ): Promise<OpenSweep>;
  /** Place of jobs in a folder that holds no sweep of its own: of a measurement or a search. */
  placeIn(out: string, inputs: Inputs, run: PlaceOptions): Place;
  /**
   * Place of a sweep's jobs on another machine than the one that planned them.
   *
   * @param own the machine's part of a place.
   * @throws Error for a trial of another trainer.
   */
  placeOn(own: Omit<Place, "out">, job: ForeignJob): Place;

  /** Needs of the processes at a place. */
  processes(place: Place): TrainerProcesses;
  /**
   * Trains a trial in its attempt. The adapter is absent where the trainer has written it itself.
   *
   * @param signal where it is aborted, the trial saves what it can, and this rejects.
   */
  train(
    trial: TrialAt<Place> & { readonly attempt: Attempt; readonly report: (event: ProgressEvent) => void },
    signal: AbortSignal | undefined,
  ): Promise<{ readonly result: Omit<TrialResult, "trialId">; readonly adapter?: PeftAdapter | undefined }>;
  /** Removes what unfinished attempts at a trial left behind for the next one, now that the trial has a result. */
  forgetUnfinished(store: SweepStore, trialId: string): void;
  /**
   * Evaluates adapters of a trial, or cuts of it, one after the other: on its validation examples, or on test examples.
   * `undefined` is the base of a trial of this engine, without an adapter.
   */
  evaluate(
    trial: TrialAt<Place>,
    adapters: readonly (PeftAdapter | undefined)[],
    test?: TestToScore,
  ): Promise<Evaluation[]>;
  /** A trial's time from a short measurement. */
  readonly costs: {
    /** Steps to time. */
    readonly steps: number;
    /** Measures in a process of its own. Returns what `time` takes, as JSON. */
    measure(
      trial: TrialAt<Place>,
      what: TrialToMeasure,
      report: (event: ProgressEvent) => void,
    ): Promise<object>;
    /** @param seconds from the start of the measurement's process to its end. */
    time(spec: TrialSpec, cost: object, seconds: number): Omit<MeasuredTime, "rank">;
  };
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

/** Options of a run that a place depends on. */
export interface PlaceOptions extends Omit<TrialResources, "modelPath" | "datasetFile"> {
  readonly checkpointEvery?: CheckpointOptions["every"] | undefined;
  readonly reporter: ProgressReporter;
}

/** A sweep in its folder: the plan to run, and where its jobs find what they read. */
export interface OpenSweep {
  readonly plan: Plan;
  readonly place: JobPlace;
  readonly store: SweepStore;
  readonly test: TestToScore | undefined;
  /** Execution of the run, as far as the results name it and the trainer knows. */
  readonly execution: { readonly threadsPerTrial?: number };
}

/** A job of another machine's plan. */
export interface ForeignJob extends JobPlace {
  readonly spec: TrialSpec;
  /** File with the examples of this SHA-256. */
  readonly datasetFile: (sha256: string) => string;
}

/** Needs of a trainer's processes, and what one computes on, for an attempt's log. */
interface TrainerProcesses {
  /** Threads of each; absent where only the user knows. */
  readonly threads?: number;
  /** Absent where the trainer does not know it. */
  readonly device?: string;
  /** Milliseconds that one needs to end, beyond the default. */
  readonly graceMs: number;
  environment(own: Environment): Environment;
  /** Digests of large files that a process need not compute again. */
  knownDigests(): readonly KnownDigest[];
}

/** A trial in the process that works on it. */
export interface TrialAt<Place> {
  readonly place: Place;
  readonly store: SweepStore;
  readonly spec: TrialSpec;
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
