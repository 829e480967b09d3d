import type { EngineSpec, LossPoint } from "@lorank/evidence/schema";
import type { Tensor } from "@lorank/graph";
import type { AdamW } from "../optimizer/adamw.ts";
import { type LossScale, lossScaleFor } from "../optimizer/optimizer-step.ts";
import { numbersOf, planTraining, type TrainingPlan, trialOptimizer } from "../optimizer/training-plan.ts";
import { type DropoutMask, dropoutMasks } from "../transformer/dropout-masks.ts";

/** Training state between optimiser steps. It needs no random state: streams are named by epoch and step. */
export interface Learner {
  readonly plan: TrainingPlan;
  readonly optimizer: AdamW;
  /** Trained arrays by parameter name, changed in place. */
  readonly parameters: ReadonlyMap<string, Float32Array>;
  /** Largest global L2 norm for the gradient; 0 does not clip. */
  readonly maxGradientNorm: number;
  /** Dropout masks by step and micro-batch; absent without dropout. */
  readonly dropoutMask: ((step: number, microBatch: number) => DropoutMask) | undefined;
  readonly lossScale: LossScale | undefined;
  readonly lossCurve: Required<LossPoint>[];
  /** Count of tokens trained on so far, without padding. */
  trainTokens: number;
  divergedAtStep?: number;
}

export interface Training extends Readonly<Pick<Learner, "lossCurve" | "trainTokens">> {
  /** First step, counted from 1, with a non-finite loss, gradient or trained weight; absent if none. */
  readonly divergedAtStep?: number;
  /** Time and memory that earlier processes used; absent unless resumed. */
  readonly earlier?: EarlierTraining;
}

/** Seconds of training, and peak memory, until a checkpoint. */
export interface EarlierTraining {
  readonly seconds: number;
  readonly peakResidentBytes: number;
}

/** Learner before the first step, over the tensors `trained` in any order. */
export function newLearner(
  spec: EngineSpec,
  trained: ReadonlyMap<string, Tensor>,
  lengths: readonly number[],
  plan = planTraining(spec, lengths),
): Learner {
  const { optimizer, lora, compute = "float32", seed } = spec;
  const parameters = numbersOf(trained);
  return {
    plan,
    optimizer: trialOptimizer(optimizer, trained, parameters),
    parameters,
    maxGradientNorm: optimizer.maxGradientNorm,
    dropoutMask:
      lora.dropout > 0 ? (step, microBatch) => dropoutMasks(lora.dropout, seed, step, microBatch) : undefined,
    lossScale: lossScaleFor(compute),
    lossCurve: [],
    trainTokens: 0,
  };
}

export function isLearning({ divergedAtStep }: Learner): boolean {
  return divergedAtStep === undefined;
}

/** Records the loss at step `step`, counted from 0; a non-finite loss ends training and is not recorded. */
export function record(learner: Learner, step: number, loss: number): void {
  if (!Number.isFinite(loss)) {
    learner.divergedAtStep = step + 1;
    return;
  }
  const { steps, lengths, learningRate } = learner.plan;
  for (const example of steps[step]!) learner.trainTokens += lengths[example]!;
  learner.lossCurve.push({ step: step + 1, loss, learningRate: learningRate(step) });
}

export type TrialEvent =
  | {
      readonly kind: "step";
      readonly step: number;
      readonly steps: number;
      readonly loss: number;
      readonly learningRate: number;
    }
  | { readonly kind: "evaluating"; readonly done: number; readonly total: number }
  /** Evaluated on the way, after `step` of `steps` steps: means over the examples, log losses in nats. */
  | {
      readonly kind: "point";
      readonly step: number;
      readonly steps: number;
      readonly accuracy: number;
      readonly logLoss: number;
      /** Means of secondary outcomes; absent without any. */
      readonly secondary?: readonly { readonly name: string; readonly mean: number }[];
    }
  /** Resumed from a checkpoint: earlier processes did `step` of `steps` steps. */
  | { readonly kind: "resumed"; readonly step: number; readonly steps: number }
  /** Checkpoint written after `step` steps, in `seconds` seconds. */
  | {
      readonly kind: "checkpoint";
      readonly step: number;
      readonly steps: number;
      readonly bytes: number;
      readonly seconds: number;
    }
  /** Note for the user: a checkpoint is not used, or cannot be written. */
  | { readonly kind: "note"; readonly text: string };
