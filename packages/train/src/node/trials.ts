import { readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { arch, cpus, platform } from "node:os";
import { join } from "node:path";
import type { PeftAdapter } from "@lorank/checkpoint";
import { makeFolder, writeFileAtomic } from "@lorank/checkpoint/disk";
import { modelAt } from "@lorank/checkpoint/files";
import type { EngineEvaluation, EngineSpec } from "@lorank/evidence/results";
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

/** The files that a spec names, and the machine to run it on. Only the rounding of another device changes the result. */
export interface TrialResources {
  /** A folder, or a `.gguf` file. */
  readonly modelPath: string;
  /** The file of `encodeDataset`'s bytes, or the bytes. */
  readonly datasetFile: string | Uint8Array;
  /** File of the judge that the spec's `answers` name by its hash. (default: none is there) */
  readonly judgeFile?: string | undefined;
  readonly threads: number;
  /** The device, which is not tested again here. (default "cpu") */
  readonly device?: DeviceName | undefined;
  /** The values of a block that the backward pass computes again. (default: that of `Transformer`) */
  readonly recompute?: Recompute | undefined;
}

/** The same as a trial reads it. Files are opened when they are read. */
export function trialInputs({
  modelPath,
  datasetFile,
  judgeFile,
  threads,
  device = "cpu",
  recompute,
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
    openJudge: judgeFile === undefined ? undefined : () => openJudgeFile(judgeFile),
    openScorer,
    host: thisProcess(),
  };
}

function thisProcess(): TrialHost {
  return {
    node: process.version,
    machine: `${cpus()[0]?.model.trim() ?? "unknown"}, ${platform()} ${arch()}`,
    peakBytes: () => process.resourceUsage().maxRSS * 1024, // reported in KiB
    residentBytes: process.memoryUsage.rss(),
  };
}

/** Checkpoints of a trial and its end from outside. Neither changes its result. */
export interface TrialControl extends Omit<trial.StoredControl, "checkpoints"> {
  /** (default: no checkpoints) */
  readonly checkpoints?: CheckpointOptions | undefined;
}

function storedControl({ checkpoints, signal }: TrialControl): trial.StoredControl {
  return { checkpoints: checkpoints && inFolder(checkpoints), signal };
}

/**
 * Runs one trial: loads base and data, trains the adapter (and head), evaluates it on the validation examples. Where its
 * checkpoints hold one, training goes on from there, to the bytes that an undisturbed trial comes to.
 *
 * @throws InputError for another data set or base than the spec names, and for targets that the model lacks; the reason of `signal`.
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
 * Times some optimiser steps of a trial and some evaluation batches, each on its second run: the first compiles its
 * shape. The rest is in proportion to the tokens. The trained weights are dropped.
 *
 * @throws InputError as `runTrial`; Error when the loss does not stay finite for two steps.
 */
export async function measureTrial(
  spec: EngineSpec,
  resources: TrialResources,
  options?: measurement.MeasureOptions,
): Promise<measurement.TrialCost> {
  return measurement.measureTrial(spec, trialInputs(resources), options);
}

/** A file of test examples and the SHA-256 that it must have. */
export interface TestExamplesFile {
  readonly file: string;
  readonly sha256: string;
}

/**
 * Evaluates adapters on the validation examples of the trial that `spec` names, one after the other. Base, examples and
 * precision are the trial's: its own adapter comes to its own figures. `undefined` is the base without any, of a task that
 * trains no head. With `test`, on the test examples in that file instead.
 *
 * @throws InputError E_ADAPTER when one belongs to another model, E_DATASET for test examples of another task, and as
 *   `runTrial` for the base and the examples.
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

/** The same with a folder as the store. */
export function inFolder({ folder, ...options }: CheckpointOptions): StoredCheckpoints {
  return { ...options, store: folderStore(folder) };
}

/** A folder as a store of checkpoints; it is made with the first. */
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

/** Removes the checkpoints of a training that is over, and their folder where nothing else is in it. */
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
    // It is not there, or holds something.
  }
}
