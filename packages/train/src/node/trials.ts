import { readFileSync } from "node:fs";
import type { PeftAdapter } from "@lorank/checkpoint";
import type { EngineEvaluation, EngineSpec } from "@lorank/core/results";
import * as pure from "../evaluate/evaluate-adapters.ts";
import * as measured from "../trial/measure-trial.ts";
import type { CheckpointOptions } from "../trial/options.ts";
import * as alone from "../trial/run-trial.ts";
import type { TrialEvent } from "../trial/trial-event.ts";
import { inFolder } from "./checkpoint-folder.ts";
import { type TrialResources, trialInputs } from "./trial-inputs.ts";

/** What goes on around a trial while it runs. None of it changes its result. */
export interface TrialControl extends Omit<alone.TrialControl, "checkpoints"> {
  /** (default: no checkpoints) */
  readonly checkpoints?: CheckpointOptions | undefined;
}

function storedControl({ checkpoints, signal }: TrialControl): alone.TrialControl {
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
): Promise<alone.TrialOutcome> {
  return alone.runTrial(spec, trialInputs(resources), onEvent, storedControl(control));
}

/**
 * Times some optimiser steps of a trial and some evaluation batches, each on its second run: the first compiles its shape.
 * The rest is in proportion to the tokens. Nothing that is trained here is kept.
 *
 * @throws InputError as `runTrial`; Error when the loss does not stay finite for two steps.
 */
export async function measureTrial(
  spec: EngineSpec,
  resources: TrialResources,
  options?: measured.MeasureOptions,
): Promise<measured.TrialCost> {
  return measured.measureTrial(spec, trialInputs(resources), options);
}

/** A file of test examples and the SHA-256 that it must have. */
export interface TestExamplesFile {
  readonly file: string;
  readonly sha256: string;
}

/**
 * Evaluates adapters on the validation examples of the trial that `spec` names, one after the other: the same base,
 * examples and precision as in that trial, so that its own adapter comes to its own figures. With `test`, on the test
 * examples in that file instead.
 *
 * @throws InputError E_ADAPTER when one belongs to another model, E_DATASET for test examples of another task, and as
 *   `runTrial` for the base and the examples.
 */
export async function evaluateAdapters(
  spec: EngineSpec,
  adapters: readonly PeftAdapter[],
  resources: TrialResources,
  test?: TestExamplesFile,
): Promise<EngineEvaluation[]> {
  const examples = test && { name: test.file, bytes: readFileSync(test.file), sha256: test.sha256 };
  return pure.evaluateAdapters(spec, adapters, trialInputs(resources), examples);
}
