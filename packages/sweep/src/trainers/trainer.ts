import type { PeftAdapter } from "@lorank/checkpoint";
import { InputError } from "@lorank/core";
import type { CommandSpec, EngineSpec, Evaluation, TrialResult, TrialSpec } from "@lorank/evidence/schema";
import type { CheckpointOptions, TrialResources } from "@lorank/train";
import { pointCount } from "@lorank/train/names";
import type { Environment } from "../child-environment.ts";
import type { ProgressEvent, ProgressReporter } from "../plan/events.ts";
import type { JobPlace, KnownDigest, TestToScore, TrialToMeasure } from "../plan/job.ts";
import type { Plan } from "../plan/plan.ts";
import type { Attempt, SweepStore } from "../store/store.ts";
import type { AskedSettings } from "../store/sweep-file.ts";

/**
 * Trainer: trains, evaluates and measures trials. It is this engine (@lorank/train), a user's command, or in tests a
 * fake: one file, and a row in `trainers.ts`.
 *
 * `Inputs`: a plan with the trials' data. `Place`: where a job's process finds folder, model and data, as JSON.
 */
export interface Trainer<Inputs = { readonly plan: Plan }, Place extends JobPlace = JobPlace> {
  readonly ownMembers: readonly string[];

  /** Throws E_SWEEP_OPTIONS, E_DATA_HASH or E_TRAINER_FILE for inputs that do not fit together. */
  assertInputs(inputs: Inputs, portable: boolean): void;
  /**
   * Starts or resumes the inputs' sweep in a results folder under this process's lease, and writes the data there.
   *
   * @throws InputError `E_SWEEP_CHANGED` where the folder holds another sweep.
   */
  open(
    inputs: Inputs,
    folder: { readonly out: string; readonly extend: boolean; readonly settings: AskedSettings | undefined },
    run: PlaceOptions,
  ): Promise<OpenSweep>;
  /** Place for a measurement's or a search's jobs in `out`, where it writes their data. */
  placeIn(out: string, inputs: Inputs, run: PlaceOptions): Place;
  /**
   * Place for jobs on another machine than planned them, such as a queue's worker.
   *
   * @param own the machine's part: model and resources.
   * @throws Error for another trainer's trial.
   */
  placeOn(own: Omit<Place, "out">, job: ForeignJob): Place;

  processes(place: Place): TrainerProcesses;
  /**
   * Trains and evaluates a trial. The adapter is absent where the trainer wrote it to the attempt's folder.
   *
   * @param signal on abort, the trial saves what it can, and this rejects.
   */
  train(
    trial: TrialAt<Place> & { readonly attempt: Attempt; readonly report: (event: ProgressEvent) => void },
    signal: AbortSignal | undefined,
  ): Promise<{ readonly result: Omit<TrialResult, "trialId">; readonly adapter?: PeftAdapter | undefined }>;
  /** Removes what other attempts left of a finished trial, such as checkpoints. */
  forgetUnfinished(store: SweepStore, trialId: string): void;
  /**
   * Evaluates adapters or cuts on the test examples, or without `test` the validation examples. An `undefined` adapter
   * is the base alone; only this engine evaluates it.
   */
  evaluate(
    trial: TrialAt<Place>,
    adapters: readonly (PeftAdapter | undefined)[],
    test?: TestToScore,
  ): Promise<Evaluation[]>;
  readonly costs: {
    readonly steps: number;
    /** Measures a few steps, inside a worker process; returns JSON for `time`. */
    measure(
      trial: TrialAt<Place>,
      what: TrialToMeasure,
      report: (event: ProgressEvent) => void,
    ): Promise<object>;
    /**
     * Predicts a trial's times from the measured cost.
     *
     * @param seconds of the measurement's whole process.
     */
    time(spec: TrialSpec, cost: object, seconds: number): Omit<MeasuredTime, "rank">;
  };
}

/** Predicted times for a trial at one rank, extrapolated from a few measured steps and batches. */
export interface MeasuredTime {
  readonly rank: number;
  /** Seconds for the whole trial: opening, all training steps, and all evaluations. */
  readonly trialSeconds: number;
  /** Seconds from the process's start to the first step, with the first use of every tensor shape. */
  readonly openSeconds: number;
  /** Seconds to evaluate all validation examples. */
  readonly evaluateSeconds: number;
  /** Seconds of the trial's evaluations on the way; 0 without any. */
  readonly pointsSeconds: number;
  readonly secondsPerStep: number;
  readonly steps: number;
}

/** Time of a trial from its parts, and from what is evaluated in it before its end. */
export function timeOfTrial(
  parts: Pick<MeasuredTime, "openSeconds" | "evaluateSeconds" | "secondsPerStep" | "steps">,
  spec: TrialSpec,
): Omit<MeasuredTime, "rank"> {
  const { openSeconds, evaluateSeconds, secondsPerStep, steps } = parts;
  const pointsSeconds = pointCount(spec, steps) * evaluateSeconds;
  const trialSeconds = openSeconds + steps * secondsPerStep + evaluateSeconds + pointsSeconds;
  return { ...parts, pointsSeconds, trialSeconds };
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
  /** Threads per process; absent where a user's command decides. */
  readonly threads?: number;
  /** Device for trials; absent where the trainer does not know. */
  readonly device?: string;
  /** Milliseconds an interrupted process needs to end, beyond the executor's default. */
  readonly graceMs: number;
  environment(own: Environment): Environment;
  knownDigests(): readonly KnownDigest[];
}

export interface TrialAt<Place> {
  readonly place: Place;
  readonly store: SweepStore;
  readonly spec: TrialSpec;
}

/** Trial spec of this engine (@lorank/train). Throws E_SPEC for one of a user's command. */
export function engineSpec(spec: TrialSpec): EngineSpec {
  if (!("trainer" in spec)) return spec;
  throw new InputError("E_SPEC", "the trial must be one of this engine, got one of a command");
}

/** Trial spec of a user's command. Throws E_SPEC for one of this engine. */
export function commandSpec(spec: TrialSpec): CommandSpec {
  if ("trainer" in spec) return spec;
  throw new InputError("E_SPEC", "the trial must be one of a command, got one of this engine");
}
