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

/**
 * A sweep that has been checked to the end, and nothing written yet: of this engine (`engine-sweep.ts`) or of another
 * trainer's command (`command-sweep.ts`). Who uses it need not know which.
 */
export interface ReadySweep {
  /** Argument of `runPlan` and `measureTime`. */
  readonly inputs: SweepInputs | CommandInputs;
  readonly plan: Plan;
  /** Results folder. */
  readonly out: string;
  readonly run: RunOptions;
  /** Adapters are handed out in the portable form. */
  readonly portable: boolean;

  /** Facts that all trials have in common. */
  readonly facts: readonly TitledLine[];
  /** Sentences that a reader of the results must know. */
  readonly notes: readonly string[];
  /** Names of the settings that {@link search} has still to find. */
  readonly toSearch: readonly string[];
  /** Absent where the trainer's command decides. */
  readonly costs?: KnownCosts;
  /** Sentence about trials of another model, data set or trainer than this sweep's; undefined where there is none. */
  differenceFrom(spec: TrialSpec): string | undefined;

  /** Document of `--dry-run --json`. */
  readonly document: SweepPreview;
  /** Members that the document of a finished sweep has of its data. */
  readonly learned: Partial<LearnedDocument>;
  /** Adapters fit a random base, and no other model. */
  readonly fitsRandomBase: boolean;
  /** Says whose memory and time the table of a finished sweep has. */
  costWords(results: Results): string;
  /** Says what the table's scores are means of; absent where that is plain. */
  readonly scoreWords?: string | undefined;

  /** The sweep with the settings that an earlier search in its folder found. Throws as `earlierSearch`. */
  withEarlierSearch(extend: boolean): ReadySweep;
  /** Finds the settings that are still to search, and says what was found. */
  search(folder: ResultsFolder, output: Messages): Promise<Searched>;
}

/** Needs of the trials, and their data, known before any of them runs. */
export interface KnownCosts {
  /** Threads of each trial. */
  readonly threads: number;
  readonly device: TrialDevice;
  readonly sizes: TrialSizes;
  readonly disk: DiskUse;
  readonly data: TrialData;
  /** Predicts the memory of one trial of each rank on the CPU, ascending. */
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

/** The sweep with all its settings, or why a search ended before. */
export type Searched = { readonly status: "found"; readonly sweep: ReadySweep } | SearchStop;

/** Data that this engine reads. */
interface TrialData {
  readonly trainExamples: number;
  readonly validationExamples: number;
  /** Most validation examples that the data can give. */
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

/** Turns settings into a sweep, by its trainer. */
export interface Preparation {
  /** Model and data are settings of the sweep, and not the affair of a trainer's command. */
  readonly readsData: boolean;
  /** Settings that do not go with this trainer. */
  readonly leftOut: readonly string[];
  /** Remarks of `--print-config`. */
  remarks(folder: string): readonly string[];
  /** Throws InputError for everything in the request that is wrong. */
  prepare(request: PrepareRequest): Promise<ReadySweep>;
  /** Finds what runs jobs of such a sweep on this machine, which takes them from a queue. Throws as {@link prepare}. */
  machine(request: MachineRequest): Promise<Machine>;
}

/** This machine as a worker. */
export interface Machine extends Pick<QueueWorkerOptions, "place" | "trialsAtOnce"> {
  /** The device and its reason; undefined where the trainer's command decides. */
  readonly why?: string;
}

export interface MachineRequest extends Pick<PrepareRequest, "settings" | "folder" | "output"> {
  readonly flags: Pick<SettingsOf<"sweep">, "model" | "redis" | "jobs" | "threads" | "device" | "compute">;
}

export interface PrepareRequest {
  readonly settings: SettingsOf<"sweep">;
  /** Folder of the sweep's file, in which a trainer's commands run. */
  readonly folder: string;
  /** Results folder that may hold this sweep already. */
  readonly earlier: string | undefined;
  /** Leaves the device untested, and the judge in a file without running. */
  readonly dryRun: boolean;
  readonly run: Pick<AskedRunOptions, "signals" | "reporter" | "executor">;
  /** Shows how far a download is. */
  readonly output: Display;
}
