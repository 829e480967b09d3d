import { readFileSync } from "node:fs";
import type { PeftAdapter } from "@lorank/checkpoint";
import type { EngineEvaluation, EngineSpec } from "@lorank/core/results";
import * as pure from "../evaluate/evaluate-adapters.ts";
import * as steps from "../stacked/measure-steps.ts";
import * as measured from "../stacked/measure-trial.ts";
import * as stacked from "../stacked/stacked-trials.ts";
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
 * Runs several trials over one base: it is read once, and each of its weights is used (in 4 bits: decoded) once for all
 * of them. Each outcome is that of `runTrial` to float32 rounding, apart from what was measured: seconds are a trial's
 * share of the stack's, memory is that of the whole stack, and `packedTrials` says so.
 *
 * A stack has its checkpoints in common, at a step that all its trials have reached. Rounding depends on what a trial is
 * stacked with, so only the same trials in the same order go on from them; others start from the first step.
 *
 * @param onEvent told the trial's place in `specs`.
 * @throws InputError E_PACK where the trials differ in more than rank, alpha, seed and what the optimiser does by itself.
 */
export async function runStackedTrials(
  specs: readonly EngineSpec[],
  resources: TrialResources,
  onEvent?: (trial: number, event: TrialEvent) => void,
  control: TrialControl = {},
): Promise<alone.TrialOutcome[]> {
  return stacked.runStackedTrials(specs, trialInputs(resources), onEvent, storedControl(control));
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

/**
 * Times the first `count` optimiser steps of one trial alone, or of several as one stack, after all of them have run once:
 * then every shape is compiled. A step over the longest texts goes before them, so that memory is what it will be at most.
 * Two passes are timed, and the faster one counts. Nothing that is trained here is kept.
 *
 * @throws InputError as `runTrial` and `runStackedTrials`; Error when the loss does not stay finite for so many steps.
 */
export async function measureSteps(
  specs: readonly EngineSpec[],
  resources: TrialResources,
  count: number,
): Promise<steps.StepCost> {
  return steps.measureSteps(specs, trialInputs(resources), count);
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
