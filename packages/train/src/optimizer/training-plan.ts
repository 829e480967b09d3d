import type { EngineSpec } from "@lorank/evidence/schema";
import { floats, type Tensor } from "@lorank/graph";
import { epochOrder, microBatches, packingPays, trainingSteps } from "../batches/batches.ts";
import { cosineOfPi } from "../random/portable-math.ts";
import { type AdamW, createAdamW } from "./adamw.ts";

/** Examples, micro-batches and learning rates of all training steps, resolved before anything runs. */
export interface TrainingPlan extends CutSteps {
  readonly steps: readonly Uint32Array[];
  readonly lengths: readonly number[];
  /** Examples per pass through the model. */
  readonly microBatchSize: number;
  /** Learning rate at step `step`, counted from 0. */
  learningRate(step: number): number;
}

interface CutSteps {
  /** Micro-batches for each step, as example indices. */
  readonly microBatches: readonly (readonly Uint32Array[])[];
  readonly pack: boolean;
}

export function planTraining(
  { optimizer, seed }: Pick<EngineSpec, "optimizer" | "seed">,
  lengths: readonly number[],
): TrainingPlan {
  const { epochs, batchSize, microBatchSize, warmupRatio } = optimizer;
  const steps = trainingSteps(epochOrder(lengths.length, epochs, seed), batchSize);
  const warmupSteps = warmupStepsOf(steps.length, warmupRatio);
  const schedule = { ...optimizer, warmupSteps, totalSteps: steps.length };
  const learningRate = (step: number): number => learningRateAt(step, schedule);
  return withSteps({ lengths, microBatchSize, learningRate }, steps);
}

export function withSteps(
  plan: Omit<TrainingPlan, "steps" | keyof CutSteps>,
  steps: readonly Uint32Array[],
): TrainingPlan {
  const { lengths, microBatchSize } = plan;
  const cut = steps.map((indices) => microBatches(indices, lengths, microBatchSize));
  return { ...plan, steps, microBatches: cut, pack: packingPays(cut.flat(), lengths) };
}

/** AdamW optimiser with a spec's settings over the arrays in `parameters`. */
export function trialOptimizer(
  optimizer: EngineSpec["optimizer"],
  trained: ReadonlyMap<string, Tensor>,
  parameters: ReadonlyMap<string, Float32Array>,
): AdamW {
  return createAdamW(parameters, {
    ...optimizer,
    learningRateFactor: loraPlusFactor(trained, optimizer.loraPlusRatio ?? 1),
  });
}

export function numbersOf(tensors: ReadonlyMap<string, Tensor>): Map<string, Float32Array> {
  return new Map([...tensors].map(([name, tensor]) => [name, floats(tensor)]));
}

/**
 * LoRA+: B and trained vectors learn `ratio` times as fast. Source: LoRA+, https://arxiv.org/abs/2402.12354; tensors as
 * in peft 0.21, create_loraplus_optimizer.
 */
export function loraPlusFactor(
  trained: ReadonlyMap<string, Tensor>,
  ratio: number,
): (name: string) => number {
  return (name) => (name.endsWith(".lora_B.weight") || trained.get(name)!.shape.length === 1 ? ratio : 1);
}

interface LearningRateSchedule {
  /** Peak learning rate, reached at the end of the warm-up. */
  readonly learningRate: number;
  readonly schedule: "constant" | "linear" | "cosine";
  /** Warm-up steps, in which the rate rises from 0 to the peak. */
  readonly warmupSteps: number;
  /** Step count at which `linear` and `cosine` reach 0. */
  readonly totalSteps: number;
}

/**
 * Learning rate at step `step` from 0. Warm-up: `step / warmupSteps`, so a first step moves nothing. Then with
 * `progress = (step − warmup) / (total − warmup)`: linear `1 − progress`, cosine `(1 + cos(π · progress)) / 2`. Source:
 * transformers, optimization.py: get_constant_schedule_with_warmup, get_linear_schedule_with_warmup and
 * get_cosine_schedule_with_warmup with the default half cycle.
 */
export function learningRateAt(step: number, options: LearningRateSchedule): number {
  const { learningRate, schedule, warmupSteps, totalSteps } = options;
  if (step < warmupSteps) return learningRate * (step / warmupSteps);
  if (schedule === "constant") return learningRate;
  const span = Math.max(1, totalSteps - warmupSteps);
  if (schedule === "linear") return learningRate * Math.max(0, (totalSteps - step) / span);
  const progress = Math.min(1, (step - warmupSteps) / span); // 0 beyond the planned steps
  return learningRate * 0.5 * (1 + cosineOfPi(progress));
}

/** Warm-up steps, rounded up as for transformers' `warmup_ratio`. */
export function warmupStepsOf(totalSteps: number, warmupRatio: number): number {
  return Math.ceil(totalSteps * warmupRatio);
}
