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
 * Trainer: trains, evaluates and measures trials. This engine, another trainer's command, in tests a fake. A trainer is
 * one file and a row in `trainers.ts`; no other folder knows which it is.
 *
 * Inputs are a plan with the trials' data. A place is JSON for a job's process.
 */
export interface Trainer<Inputs = { readonly plan: Plan }, Place extends JobPlace = JobPlace> {
  readonly ownMembers: readonly string[];

  /** Throws E_SWEEP_OPTIONS, E_DATA_HASH or E_TRAINER_FILE for inputs that do not fit together. */
  assertInputs(inputs: Inputs, portable: boolean): void;
  /**
   * Makes a locked results folder and the inputs agree, and writes the data.
   *
   * @throws InputError `E_SWEEP_CHANGED` where the folder holds another sweep.
   */
  open(
    inputs: Inputs,
    folder: { readonly out: string; readonly extend: boolean; readonly settings: AskedSettings | undefined },
    run: PlaceOptions,
  ): Promise<OpenSweep>;
  /** Place for a measurement's or a search's jobs. */
  placeIn(out: string, inputs: Inputs, run: PlaceOptions): Place;
  /**
   * Place for jobs on a machine that did not plan them.
   *
   * @param own the machine's part.
   * @throws Error for another trainer's trial.
   */
  placeOn(own: Omit<Place, "out">, job: ForeignJob): Place;

  processes(place: Place): TrainerProcesses;
  /**
   * Trains a trial. The adapter is absent where the trainer wrote it.
   *
   * @param signal on abort, the trial saves what it can, and this rejects.
   */
  train(
    trial: TrialAt<Place> & { readonly attempt: Attempt; readonly report: (event: ProgressEvent) => void },
    signal: AbortSignal | undefined,
  ): Promise<{ readonly result: Omit<TrialResult, "trialId">; readonly adapter?: PeftAdapter | undefined }>;
  /** Removes what other attempts left of a finished trial, such as checkpoints. */
  forgetUnfinished(store: SweepStore, trialId: string): void;
  /** Evaluates adapters, or cuts, on validation or test examples. `undefined` is this engine's base. */
  evaluate(
    trial: TrialAt<Place>,
    adapters: readonly (PeftAdapter | undefined)[],
    test?: TestToScore,
  ): Promise<Evaluation[]>;
  readonly costs: {
    readonly steps: number;
    /** Measures in a separate process, and returns JSON for `time`. */
    measure(
      trial: TrialAt<Place>,
      what: TrialToMeasure,
      report: (event: ProgressEvent) => void,
    ): Promise<object>;
    /**
     * Converts a measured cost to times.
     *
     * @param seconds of the measurement's whole process.
     */
    time(spec: TrialSpec, cost: object, seconds: number): Omit<MeasuredTime, "rank">;
  };
}

/** Measured times for a trial at one rank. */
export interface MeasuredTime {
  readonly rank: number;
  /** Seconds for the whole process. */
  readonly trialSeconds: number;
  /** Seconds until the first step, with the first use of every shape. */
  readonly openSeconds: number;
  /** Seconds for all validation examples. */
  readonly evaluateSeconds: number;
  readonly secondsPerStep: number;
}

export interface PlaceOptions extends Omit<TrialResources, "modelPath" | "datasetFile"> {
  readonly checkpointEvery?: CheckpointOptions["every"] | undefined;
  readonly reporter: ProgressReporter;
}

export interface OpenSweep {
  readonly plan: Plan;
  readonly place: JobPlace;
  readonly store: SweepStore;
  readonly test: TestToScore | undefined;
  readonly execution: { readonly threadsPerTrial?: number };
}

export interface ForeignJob extends JobPlace {
  readonly spec: TrialSpec;
  readonly datasetFile: (sha256: string) => string;
}

interface TrainerProcesses {
  /** Threads per process; absent where only the user knows. */
  readonly threads?: number;
  /** Device; absent where the trainer does not know. */
  readonly device?: string;
  /** Milliseconds to end, beyond the default. */
  readonly graceMs: number;
  environment(own: Environment): Environment;
  knownDigests(): readonly KnownDigest[];
}

export interface TrialAt<Place> {
  readonly place: Place;
  readonly store: SweepStore;
  readonly spec: TrialSpec;
}

/** Spec as this engine's. Throws E_SPEC for a command's spec. */
export function engineSpec(spec: TrialSpec): EngineSpec {
  if (!("trainer" in spec)) return spec;
  throw new InputError("E_SPEC", "the trial must be one of this engine, got one of a command");
}

/** Spec as a command's. Throws E_SPEC for this engine's spec. */
export function commandSpec(spec: TrialSpec): CommandSpec {
  if ("trainer" in spec) return spec;
  throw new InputError("E_SPEC", "the trial must be one of a command, got one of this engine");
}
