import type { QueueWorkerOptions } from "@lorank/bullmq";
import type { KindChoice } from "@lorank/core";
import type { MethodName, Results, Task, TrialSpec } from "@lorank/evidence/results";
import type {
  AskedRunOptions,
  CommandInputs,
  Plan,
  ResultsFolder,
  RunOptions,
  SweepInputs,
  SweepPlan,
} from "@lorank/sweep";
import type { PlannedSearch, SearchStop } from "@lorank/sweep/engine";
import type { MemoryPrediction, RankSize } from "@lorank/train";
import type { ValidationLimit } from "@lorank/train/data";
import type { TrialDevice } from "../executors/executor.ts";
import type { Display, Messages, TitledLine } from "../output.ts";
import type { SettingsOf } from "../settings/table.ts";
import type { DiskUse } from "./out-folder.ts";
import type { LearnedDocument } from "./trials.ts";

/**
 * Sweep ready to run: checked completely, with nothing written yet. Callers need not know if this engine or a command
 * trains.
 */
export interface ReadySweep {
  /** Inputs of the sweep for `runPlan` and `measureTime`. */
  readonly inputs: SweepInputs | CommandInputs;
  readonly plan: Plan;
  readonly out: string;
  readonly run: RunOptions;
  readonly portable: boolean;

  readonly facts: readonly TitledLine[];
  readonly notes: readonly string[];
  /** Names of settings that are `auto`, for {@link search} to find. */
  readonly toSearch: readonly string[];
  /**
   * Trial facts known before training: threads, device, sizes, disk, data and predicted memory. Absent if another
   * trainer's command runs the trials.
   */
  readonly costs?: KnownCosts;
  /** Sentence that an earlier trial's spec has another model, data set or trainer; undefined if all are equal. */
  differenceFrom(spec: TrialSpec): string | undefined;

  /** Document for `--dry-run --json`. */
  readonly document: SweepPreview;
  /** Facts on data for the finished sweep's document: cut examples, classes. */
  readonly learned: Partial<LearnedDocument>;
  /** Tells if the base is random: adapters then fit no other model. */
  readonly fitsRandomBase: boolean;
  /** Caption saying whose memory and time the results table shows. */
  costWords(results: Results): string;
  /** Caption saying which scores are averaged; absent if obvious. */
  readonly scoreWords?: string | undefined;

  /** Adds settings found by an earlier search in the folder. Throws as `earlierSearch`. */
  withEarlierSearch(extend: boolean): ReadySweep;
  search(folder: ResultsFolder, output: Messages): Promise<Searched>;
}

export interface KnownCosts {
  readonly threads: number;
  readonly device: TrialDevice;
  readonly sizes: TrialSizes;
  readonly disk: DiskUse;
  readonly data: TrialData;
  /** Search before the sweep; undefined if nothing is left to search. */
  readonly search: PlannedSearch | undefined;
  /** Predicts a trial's CPU memory by rank, ascending. */
  predictMemory(): Promise<readonly MemoryPrediction[]>;
}

/** Sweep as planned, for `--dry-run` and `plan`. */
export interface SweepPreview extends Partial<EnginePreview> {
  readonly dryRun: true;
  readonly out: string;
  readonly method: MethodName;
  readonly trials: number;
  readonly expectedTrials: number;
  readonly trialsAtOnce: number;
  readonly config: Plan["config"];
  /** Working folder for a trainer's commands. */
  readonly folder?: string;
  readonly timeoutSeconds?: number;
}

/** Facts on a planned sweep that are known for LoRAnk's engine only. */
interface EnginePreview extends LearnedDocument {
  readonly model: SweepPlan["model"];
  readonly data: SweepPlan["data"];
  readonly threadsPerTrial: number;
  /** Device for the trials, and why it was chosen. */
  readonly device: string;
  readonly ranks: readonly RankSize[];
  readonly maxLength: number;
  readonly portable: boolean;
  readonly toSearch: readonly string[];
  readonly notes: readonly string[];
}

/** Search outcome: the sweep with the found settings, or why it stopped early. */
export type Searched = { readonly status: "found"; readonly sweep: ReadySweep } | SearchStop;

interface TrialData {
  readonly trainExamples: number;
  readonly validationExamples: number;
  /** Largest number of validation examples that the data can give. */
  readonly validationLimit: ValidationLimit;
  readonly task: Task;
  readonly adapter: KindChoice;
}

/** Parameter counts of base and adapters, and adapter bytes. */
export interface TrialSizes {
  readonly baseParams: number;
  /** Adapter sizes by rank, in ascending order. */
  readonly ranks: readonly RankSize[];
}

export interface Preparation {
  /** Tells if the sweep's settings name model and data: false for a trainer's command. */
  readonly readsData: boolean;
  /** Settings of `sweep` that the trainer does not take. */
  readonly leftOut: readonly string[];
  remarks(folder: string): readonly string[];
  /** Prepares a sweep. Throws InputError with all faults of the request. */
  prepare(request: PrepareRequest): Promise<ReadySweep>;
  /** Makes a worker for queued jobs of such a sweep. Throws as {@link prepare}. */
  machine(request: MachineRequest): Promise<Machine>;
}

export interface Machine extends Pick<QueueWorkerOptions, "place" | "trialsAtOnce"> {
  /** Worker's device, and why it was chosen; undefined if the trainer's command decides. */
  readonly why?: string;
}

export interface MachineRequest extends Pick<PrepareRequest, "settings" | "folder" | "output"> {
  readonly flags: Pick<SettingsOf<"sweep">, "model" | "redis" | "jobs" | "threads" | "device" | "compute">;
}

export interface PrepareRequest {
  readonly settings: SettingsOf<"sweep">;
  /** Folder of the sweep's file, where a trainer's command runs. */
  readonly folder: string;
  readonly earlier: string | undefined;
  /** Dry run: leaves the device untested, and a judge's file unexecuted. */
  readonly dryRun: boolean;
  readonly run: Pick<AskedRunOptions, "signals" | "reporter" | "executor">;
  readonly output: Display;
}
