import { readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { arch, cpus, platform } from "node:os";
import { join } from "node:path";
import type { PeftAdapter } from "@lorank/checkpoint";
import { makeFolder, writeFileAtomic } from "@lorank/checkpoint/disk";
import { modelAt } from "@lorank/checkpoint/files";
import type { EngineEvaluation, EngineSpec, MetricName } from "@lorank/evidence/schema";
import type { Recompute } from "@lorank/graph";
import { type DeviceName, deviceRuntime } from "@lorank/graph/devices";
import { openJudgeFile, openScorer } from "@lorank/judge/node";
import type { TrialHost, TrialInputs } from "../base/trial-model.ts";
import * as evaluation from "../evaluate/evaluate.ts";
import type { TrialEvent } from "../trial/learner.ts";
import * as measurement from "../trial/measure-trial.ts";
import * as trial from "../trial/run-trial.ts";
import {
  type CheckpointOptions,
  type CheckpointStore,
  isCheckpointFile,
  type StoredCheckpoints,
} from "../trial/training-checkpoints.ts";

/**
 * Trial files, device and threads. Only the latter two can affect the result, by rounding: a spec names the files by
 * hash.
 */
export interface TrialResources {
  /** Model folder or `.gguf` file. */
  readonly modelPath: string;
  /** Dataset as `encodeDataset` writes it: a file or the bytes. */
  readonly datasetFile: string | Uint8Array;
  /** Judge file for the spec's `answers`. (default: none) */
  readonly judgeFile?: string | undefined;
  readonly threads: number;
  /** Device to run on; its self-test is skipped. (default "cpu") */
  readonly device?: DeviceName | undefined;
  /** Forward values the backward pass recomputes instead of saving. (default: as `Transformer` does) */
  readonly recompute?: Recompute | undefined;
  /** Group number by validation example, from 0; a step is chosen on whole groups. (default: each is its own) */
  readonly validationGroups?: readonly number[] | undefined;
  /** Metric whose columns the evaluation records beside correctness and log loss, such as F1. (default: none) */
  readonly metric?: MetricName | undefined;
}

export function trialInputs({
  modelPath,
  datasetFile,
  judgeFile,
  threads,
  device = "cpu",
  recompute,
  validationGroups,
  metric,
}: TrialResources): TrialInputs {
  return {
    model: modelAt(modelPath),
    datasetName: typeof datasetFile === "string" ? datasetFile : "datasetFile",
    get dataset() {
      return typeof datasetFile === "string" ? readFileSync(datasetFile) : datasetFile;
    },
    runtime: (computeDtype) => deviceRuntime({ device, threads, computeDtype }),
    threads,
    recompute,
    validationGroups,
    metric,
    openJudge: judgeFile === undefined ? undefined : () => openJudgeFile(judgeFile),
    openScorer,
    host: thisProcess(),
  };
}

function thisProcess(): TrialHost {
  return {
    node: process.version,
    machine: `${cpus()[0]?.model.trim() ?? "unknown"}, ${platform()} ${arch()}`,
    peakBytes: () => process.resourceUsage().maxRSS * 1024, // KiB
    residentBytes: process.memoryUsage.rss(),
  };
}

/** Checkpoint settings and abort signal, which leave the result unchanged. */
export interface TrialControl extends Omit<trial.StoredControl, "checkpoints"> {
  /** Checkpoint folder and interval. (default: no checkpoints) */
  readonly checkpoints?: CheckpointOptions | undefined;
}

function storedControl({ checkpoints, ...control }: TrialControl): trial.StoredControl {
  return { ...control, checkpoints: checkpoints && inFolder(checkpoints) };
}

/**
 * Runs one trial. A checkpoint is resumed, to the bytes of an undisturbed trial.
 * @throws InputError for another dataset or base than the spec's, and for missing targets; the reason of `signal`.
 */
export async function runTrial(
  spec: EngineSpec,
  resources: TrialResources,
  onEvent?: (event: TrialEvent) => void,
  control: TrialControl = {},
): Promise<trial.TrialOutcome> {
  return trial.runTrial(spec, trialInputs(resources), onEvent, storedControl(control));
}

/**
 * Times some optimiser steps and evaluation batches, each on its second run (the first compiles); tokens scale the
 * rest.
 * @throws InputError as `runTrial`; Error if the loss is not finite for two steps.
 */
export async function measureTrial(
  spec: EngineSpec,
  resources: TrialResources,
  options?: measurement.MeasureOptions,
): Promise<measurement.TrialCost> {
  return measurement.measureTrial(spec, trialInputs(resources), options);
}

/** File with tokenised test examples, and the SHA-256 it must have. */
export interface TestExamplesFile {
  readonly file: string;
  readonly sha256: string;
}

/**
 * Evaluates adapters on a trial's validation examples (or `test`), in the trial's precision. `undefined` is the bare
 * base, for tasks without a trained head.
 * @throws InputError E_ADAPTER for another model's adapter, E_DATASET for another task's test examples, and as
 * `runTrial`.
 */
export async function evaluateAdapters(
  spec: EngineSpec,
  adapters: readonly (PeftAdapter | undefined)[],
  resources: TrialResources,
  test?: TestExamplesFile,
): Promise<EngineEvaluation[]> {
  const examples = test && { name: test.file, bytes: readFileSync(test.file), sha256: test.sha256 };
  return evaluation.evaluateAdapters(spec, adapters, trialInputs(resources), examples);
}

export function inFolder({ folder, ...options }: CheckpointOptions): StoredCheckpoints {
  return { ...options, store: folderStore(folder) };
}

/** Stores checkpoints in a folder, created with the first checkpoint. */
function folderStore(folder: string): CheckpointStore {
  return {
    names: () => namesIn(folder),
    open: (name) => modelAt(folder).open(name),
    write: (name, parts) => {
      try {
        makeFolder(folder);
        writeFileAtomic(join(folder, name), parts);
      } catch (error) {
        removeIfEmpty(folder);
        throw error;
      }
    },
    remove: (name) => rmSync(join(folder, name), { force: true }),
  };
}

/** Removes a finished training's checkpoints, and an empty folder. */
export function removeCheckpoints(folder: string): void {
  for (const name of namesIn(folder).filter(isCheckpointFile)) rmSync(join(folder, name), { force: true });
  removeIfEmpty(folder);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // The folder is missing or not empty.
  }
}
