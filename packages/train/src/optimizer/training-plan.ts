import type { EngineSpec } from "@lorank/evidence/results";
import { floats, type Tensor } from "@lorank/graph";
import { epochOrder, microBatches, packingPays, trainingSteps } from "../batches/batches.ts";
import { cosineOfPi } from "../random/portable-math.ts";
import { type AdamW, createAdamW } from "./adamw.ts";

/** The steps of a training, resolved from its spec before anything runs. */
export interface TrainingPlan extends CutSteps {
  /** Indices of each step's examples. */
  readonly steps: readonly Uint32Array[];
  /** Tokens of each example. */
  readonly lengths: readonly number[];
  /** Examples of one pass through the model. */
  readonly microBatchSize: number;
  /** Learning rate of step `step`, counted from 0. */
  learningRate(step: number): number;
}

interface CutSteps {
  /** The micro-batches of each step, as example indices. */
  readonly microBatches: readonly (readonly Uint32Array[])[];
  /** True if short texts share their sequences. */
  readonly pack: boolean;
}

/** Plans the training of examples of these lengths. */
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

/** The plan with other steps. */
export function withSteps(
  plan: Omit<TrainingPlan, "steps" | keyof CutSteps>,
  steps: readonly Uint32Array[],
): TrainingPlan {
  const { lengths, microBatchSize } = plan;
  const cut = steps.map((indices) => microBatches(indices, lengths, microBatchSize));
  return { ...plan, steps, microBatches: cut, pack: packingPays(cut.flat(), lengths) };
}

/** The optimiser that a spec names, over `parameters`: the numbers of `trained` in any order. */
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

/** The numbers of tensors, not copied. */
export function numbersOf(tensors: ReadonlyMap<string, Tensor>): Map<string, Float32Array> {
  return new Map([...tensors].map(([name, tensor]) => [name, floats(tensor)]));
}

/**
 * LoRA+: B, and what is trained as a vector, learns `ratio` times as fast as A and the weights of a head.
 * Source: LoRA+, https://arxiv.org/abs/2402.12354; which tensors: peft 0.21, create_loraplus_optimizer.
 */
export function loraPlusFactor(
  trained: ReadonlyMap<string, Tensor>,
  ratio: number,
): (name: string) => number {
  return (name) => (name.endsWith(".lora_B.weight") || trained.get(name)!.shape.length === 1 ? ratio : 1);
}

/** The course of the learning rate over a run. */
interface LearningRateSchedule {
  /** The peak, reached at the end of the warm-up. */
  readonly learningRate: number;
  readonly schedule: "constant" | "linear" | "cosine";
  /** Steps over which the rate rises from 0 to its peak. */
  readonly warmupSteps: number;
  /** Steps after which `linear` and `cosine` have come down to 0. */
  readonly totalSteps: number;
}

/**
 * The learning rate of optimiser step `step`, counted from 0.
 *
 * Warm-up: `step / warmupSteps`, so the very first step of a warmed-up run moves nothing. After it, with
 * `progress = (step − warmup) / (total − warmup)`: linear `1 − progress`, cosine `(1 + cos(π · progress)) / 2`.
 *
 * Source: transformers, optimization.py: get_constant_schedule_with_warmup, get_linear_schedule_with_warmup and
 * get_cosine_schedule_with_warmup with its default of half a cycle.
 */
export function learningRateAt(step: number, options: LearningRateSchedule): number {
  const { learningRate, schedule, warmupSteps, totalSteps } = options;
  if (step < warmupSteps) return learningRate * (step / warmupSteps);
  if (schedule === "constant") return learningRate;
  const span = Math.max(1, totalSteps - warmupSteps);
  if (schedule === "linear") return learningRate * Math.max(0, (totalSteps - step) / span);
  const progress = Math.min(1, (step - warmupSteps) / span); // a run longer than planned stays at 0
  return learningRate * 0.5 * (1 + cosineOfPi(progress));
}

/** Warm-up steps for a share of all steps, rounded up as transformers' `warmup_ratio` is. */
export function warmupStepsOf(totalSteps: number, warmupRatio: number): number {
  return Math.ceil(totalSteps * warmupRatio);
}
