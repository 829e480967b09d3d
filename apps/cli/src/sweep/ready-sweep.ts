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
import type { SearchStop } from "@lorank/sweep/engine";
import type { MemoryPrediction, RankSize } from "@lorank/train";
import type { ValidationLimit } from "@lorank/train/data";
import type { TrialDevice } from "../executors/executor.ts";
import type { Display, Messages, TitledLine } from "../output.ts";
import type { SettingsOf } from "../settings/table.ts";
import type { DiskUse } from "./out-folder.ts";
import type { LearnedDocument } from "./trials.ts";

/** Sweep checked to the end, nothing written yet, of this engine or a trainer's command; users need not know which. */
export interface ReadySweep {
  /** Argument of `runPlan` and `measureTime`. */
  readonly inputs: SweepInputs | CommandInputs;
  readonly plan: Plan;
  readonly out: string;
  readonly run: RunOptions;
  readonly portable: boolean;

  /** Facts common to all trials. */
  readonly facts: readonly TitledLine[];
  readonly notes: readonly string[];
  /** Settings that {@link search} still has to find. */
  readonly toSearch: readonly string[];
  /** Absent where the trainer's command decides. */
  readonly costs?: KnownCosts;
  /** Sentence on trials of another model, data set or trainer; undefined where there is none. */
  differenceFrom(spec: TrialSpec): string | undefined;

  /** Document of `--dry-run --json`. */
  readonly document: SweepPreview;
  /** Members on the data in a finished sweep's document. */
  readonly learned: Partial<LearnedDocument>;
  /** Adapters fit only a random base. */
  readonly fitsRandomBase: boolean;
  /** Caption: whose memory and time the results table shows. */
  costWords(results: Results): string;
  /** Caption: what the table's scores are means of; absent where that is plain. */
  readonly scoreWords?: string | undefined;

  /** Adds the settings that an earlier search in the folder found. Throws as `earlierSearch`. */
  withEarlierSearch(extend: boolean): ReadySweep;
  search(folder: ResultsFolder, output: Messages): Promise<Searched>;
}

export interface KnownCosts {
  readonly threads: number;
  readonly device: TrialDevice;
  readonly sizes: TrialSizes;
  readonly disk: DiskUse;
  readonly data: TrialData;
  /** Predicts a trial's CPU memory by rank, ascending. */
  predictMemory(): Promise<readonly MemoryPrediction[]>;
}

/** A sweep that has been checked and not run. */
export interface SweepPreview extends Partial<EnginePreview> {
  readonly dryRun: true;
  readonly out: string;
  readonly method: MethodName;
  readonly trials: number;
  readonly expectedTrials: number;
  readonly trialsAtOnce: number;
  readonly config: Plan["config"];
  /** Folder of a trainer's commands. */
  readonly folder?: string;
  readonly timeoutSeconds?: number;
}

/** Absent where a trainer's command decides. */
interface EnginePreview extends LearnedDocument {
  readonly model: SweepPlan["model"];
  readonly data: SweepPlan["data"];
  readonly threadsPerTrial: number;
  /** The device and its reason. */
  readonly device: string;
  readonly ranks: readonly RankSize[];
  readonly maxLength: number;
  readonly portable: boolean;
  readonly toSearch: readonly string[];
  readonly notes: readonly string[];
}

/** Sweep with all its settings, or the reason why a search ended early. */
export type Searched = { readonly status: "found"; readonly sweep: ReadySweep } | SearchStop;

interface TrialData {
  readonly trainExamples: number;
  readonly validationExamples: number;
  /** Largest number of validation examples that the data can give. */
  readonly validationLimit: ValidationLimit;
  readonly task: Task;
  readonly adapter: KindChoice;
}

/** Sizes of what is trained. */
export interface TrialSizes {
  /** Parameters of the base model. */
  readonly baseParams: number;
  /** Ascending. */
  readonly ranks: readonly RankSize[];
}

export interface Preparation {
  /** Model and data are the sweep's settings, not the trainer command's. */
  readonly readsData: boolean;
  /** Settings that the trainer does not take. */
  readonly leftOut: readonly string[];
  remarks(folder: string): readonly string[];
  /** Throws InputError with all faults of the request. */
  prepare(request: PrepareRequest): Promise<ReadySweep>;
  /** Worker for jobs of such a sweep from a queue. Throws as {@link prepare}. */
  machine(request: MachineRequest): Promise<Machine>;
}

export interface Machine extends Pick<QueueWorkerOptions, "place" | "trialsAtOnce"> {
  /** Device and its reason; undefined where the trainer's command decides. */
  readonly why?: string;
}

export interface MachineRequest extends Pick<PrepareRequest, "settings" | "folder" | "output"> {
  readonly flags: Pick<SettingsOf<"sweep">, "model" | "redis" | "jobs" | "threads" | "device" | "compute">;
}

export interface PrepareRequest {
  readonly settings: SettingsOf<"sweep">;
  /** Folder of the sweep's file, the trainer command's working folder. */
  readonly folder: string;
  readonly earlier: string | undefined;
  /** Leaves the device untested, and a judge's file unexecuted. */
  readonly dryRun: boolean;
  readonly run: Pick<AskedRunOptions, "signals" | "reporter" | "executor">;
  readonly output: Display;
}
