import type { EngineSpec } from "@lorank/core/results";
import type { TrialInputs } from "../base/trial-model.ts";
import { planTraining, type TrainingPlan } from "../optimizer/training-plan.ts";
import { openTrial } from "../trial/run-trial.ts";
import { trainAdapter } from "../trial/train-adapter.ts";
import type { TrialEvent } from "../trial/trial-event.ts";
import { inDimOf, openStack } from "./stacked-trials.ts";
import { trainStack } from "./train-stack.ts";

/** What a training step costs a trial of a stack. */
export interface StepCost {
  /** Mean over the steps, divided by the trials that shared them. */
  readonly secondsPerTrialStep: number;
  /** Largest resident set of this process so far, in bytes: of the whole stack. */
  readonly peakResidentBytes: number;
}

/**
 * Times the first `steps` optimiser steps of one trial alone, or of several as one stack, after all of them have run once:
 * then every shape is compiled. A step over the longest texts goes before them, so that memory is what it will be at most.
 * Two passes are timed, and the faster one counts. Nothing that is trained here is kept.
 *
 * @throws InputError as `runTrial` and `runStackedTrials`; Error when the loss does not stay finite for so many steps.
 */
export async function measureSteps(
  specs: readonly EngineSpec[],
  inputs: TrialInputs,
  steps: number,
): Promise<StepCost> {
  const { train, dispose } = await open(specs, inputs, steps);
  await timeSteps(train);
  const seconds = Math.min(await timeSteps(train), await timeSteps(train));
  const peakResidentBytes = inputs.host.peakBytes();
  await dispose();
  return { secondsPerTrialStep: seconds / specs.length, peakResidentBytes };
}

/** A pass over some steps; tells of the first trial's events. */
type Train = (onEvent: (event: TrialEvent) => void) => Promise<unknown>;

/** Mean seconds of a step of one pass, without the first step. */
async function timeSteps(train: Train): Promise<number> {
  const ends: number[] = [];
  await train((event) => {
    if (event.kind === "step") ends.push(performance.now());
  });
  if (ends.length < 2) throw new Error(`the loss must stay finite for two steps, got ${ends.length}`);
  return (ends.at(-1)! - ends[0]!) / 1000 / (ends.length - 1);
}

interface Steps {
  readonly train: Train;
  readonly dispose: () => Promise<void>;
}

async function open(specs: readonly EngineSpec[], inputs: TrialInputs, steps: number): Promise<Steps> {
  if (specs.length === 1) {
    const spec = specs[0]!;
    const { base, data, trained, model } = await openTrial(spec, inputs);
    const plan = planOver(data.train, steps)(spec, data.train.length);
    return {
      train: (onEvent) =>
        trainAdapter(spec, model, trained, data.train, base.family.padTokenId, onEvent, plan),
      dispose: () => model.dispose(),
    };
  }
  const { base, data, trials, stack, model } = await openStack(specs, inputs);
  return {
    train: (onEvent) =>
      trainStack(trials, {
        model,
        stack,
        examples: data.train,
        padId: base.family.padTokenId,
        inDim: inDimOf(base),
        plan: planOver(data.train, steps),
        onEvent: (trial, event) => {
          if (trial === 0) onEvent(event);
        },
      }),
    dispose: () => model.dispose(),
  };
}

/** A step over the longest texts, then the first `steps` of a trial's own. */
function planOver(
  examples: readonly { readonly inputIds: readonly number[] }[],
  steps: number,
): (spec: EngineSpec, count: number) => TrainingPlan {
  const longest = Uint32Array.from(examples.keys()).sort(
    (a, b) => examples[b]!.inputIds.length - examples[a]!.inputIds.length || a - b,
  );
  return (spec, count) => {
    const plan = planTraining(spec, count);
    return {
      ...plan,
      steps: [longest.slice(0, spec.optimizer.batchSize), ...plan.steps.slice(0, steps)],
    };
  };
}
