import type { EngineSpec, LossPoint } from "@lorank/core/results";
import type { Tensor } from "@lorank/graph";
import type { AdamW } from "../optimizer/adamw.ts";
import { type LossScale, lossScaleFor } from "../optimizer/loss-scale.ts";
import { type TrainingPlan, trialOptimizer } from "../optimizer/training-plan.ts";

/**
 * A trial while it trains. Between two optimiser steps nothing else of it has changed: orders and dropout masks are drawn
 * from streams that are named by epoch and by step, and the learning rate is a function of the step.
 */
export interface Learner {
  readonly spec: EngineSpec;
  readonly plan: TrainingPlan;
  readonly optimizer: AdamW;
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly gradients: Map<string, Float32Array>;
  readonly lossScale: LossScale | undefined;
  readonly lossCurve: Required<LossPoint>[];
  /** Real tokens seen, padding not counted. */
  trainTokens: number;
  divergedAtStep?: number;
}

/** What a training came to. */
export interface Training extends Readonly<Pick<Learner, "lossCurve" | "trainTokens">> {
  /** Present when the loss, its gradient or a trained weight stopped being finite; training ends there. */
  readonly divergedAtStep?: number;
  /** What earlier processes did of it, where it went on from a checkpoint. */
  readonly earlier?: EarlierTraining;
}

/** Of the steps before a checkpoint. */
export interface EarlierTraining {
  readonly seconds: number;
  readonly peakResidentBytes: number;
}

/** A trial that begins, over `parameters`: the numbers of `trained` in any order. */
export function newLearner(
  spec: EngineSpec,
  plan: TrainingPlan,
  trained: ReadonlyMap<string, Tensor>,
  parameters: ReadonlyMap<string, Float32Array>,
  gradients: Map<string, Float32Array>,
): Learner {
  return {
    spec,
    plan,
    optimizer: trialOptimizer(spec, trained, parameters),
    parameters,
    gradients,
    lossScale: lossScaleFor(spec.compute ?? "float32"),
    lossCurve: [],
    trainTokens: 0,
  };
}

export function isLearning({ divergedAtStep }: Learner): boolean {
  return divergedAtStep === undefined;
}

/** Records the loss of step `step`, counted from 0, over texts of these lengths; one that is not finite ends the training. */
export function record(learner: Learner, step: number, loss: number, lengths: readonly number[]): void {
  if (!Number.isFinite(loss)) {
    learner.divergedAtStep = step + 1;
    return;
  }
  const { plan, lossCurve } = learner;
  for (const row of plan.steps[step]!) learner.trainTokens += lengths[row]!;
  lossCurve.push({ step: step + 1, loss, learningRate: plan.learningRate(step) });
}

export function trainingOf(
  { lossCurve, trainTokens, divergedAtStep }: Learner,
  earlier?: EarlierTraining,
): Training {
  return {
    lossCurve,
    trainTokens,
    ...(divergedAtStep === undefined ? {} : { divergedAtStep }),
    ...(earlier && { earlier }),
  };
}
