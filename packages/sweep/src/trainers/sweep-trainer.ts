import type { Results, SearchSummary, TrialSpec } from "@lorank/core/results";
import type { TrialResources } from "@lorank/train";
import type { ProgressReporter } from "../plan/events.ts";
import type { EnginePlace, JobPlace, TestToScore } from "../plan/job.ts";
import type { Plan } from "../plan/plan.ts";
import type { AskedSettings } from "../store/settings-file.ts";
import type { SweepStore } from "../store/store.ts";

/** A sweep's trainer in the process that plans and decides: all in which a sweep depends on who trains. */
export interface PlanTrainer {
  /** What of a run's execution the results are to name. */
  execution(run: { readonly threads: number }): { readonly threadsPerTrial?: number };
  /** What the trials are of: known before, or told by the runs in the store. */
  subject(store: SweepStore): Pick<Results, "model" | "data">;
  /** The search that chose the plan's settings; undefined where there was none. */
  search(out: string): SearchSummary | undefined;
  readonly timing: TrialTiming;
}

/** How a trial's time is found from a short measurement. */
export interface TrialTiming {
  /** Steps to time. */
  readonly steps: number;
  /** @param seconds from the start of the measurement's process to its end. */
  time(spec: TrialSpec, cost: object, seconds: number): Omit<MeasuredTime, "rank">;
}

/** What a trial of one rank takes. */
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

/** The same with what the trials read, which opens a results folder. */
export interface SweepTrainer extends PlanTrainer {
  readonly plan: Plan;
  /** Throws E_SWEEP_OPTIONS, E_DATA_HASH or E_TRAINER_FILE for inputs that do not fit together. */
  assertInputs(portable: boolean): void;
  /**
   * Makes a results folder that is locked and the inputs agree, and writes the data into it.
   *
   * @throws InputError `E_SWEEP_CHANGED` where the folder holds another sweep.
   */
  open(out: string, request: FolderRequest, run: PlaceOptions): Promise<OpenSweep>;
  /** The place of jobs in a folder that is not opened, for a measurement. */
  place(out: string, run: PlaceOptions): JobPlace;
}

/** What is to be made of the folder. */
export interface FolderRequest {
  readonly extend: boolean;
  readonly settings: AskedSettings | undefined;
}

/** What of a run's options a trainer's place depends on. */
export type PlaceOptions = Pick<EnginePlace, "checkpointEvery"> &
  Omit<TrialResources, "modelPath" | "datasetFile"> & { readonly reporter: ProgressReporter };

/** A sweep in its folder: the plan to run, and where its jobs find what they read. */
export interface OpenSweep {
  readonly plan: Plan;
  readonly place: JobPlace;
  readonly store: SweepStore;
  readonly test: TestToScore | undefined;
}
