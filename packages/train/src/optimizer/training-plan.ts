import type { EngineSpec } from "@lorank/core/results";
import { floats, type Tensor } from "@lorank/graph";
import { epochOrder, microBatches, packingPays, trainingSteps } from "../batches/batches.ts";
import { type AdamW, createAdamW } from "./adamw.ts";
import { learningRateAt, warmupStepsOf } from "./schedule.ts";

/** What a spec says of its training before anything runs. */
export interface TrainingPlan {
  /** Indices of each step's examples. */
  readonly steps: readonly Uint32Array[];
  /** Learning rate of step `step`, counted from 0. */
  learningRate(step: number): number;
}

export function planTraining({ optimizer, seed }: EngineSpec, examples: number): TrainingPlan {
  const steps = trainingSteps(epochOrder(examples, optimizer.epochs, seed), optimizer.batchSize);
  const schedule = {
    ...optimizer,
    warmupSteps: warmupStepsOf(steps.length, optimizer.warmupRatio),
    totalSteps: steps.length,
  };
  return { steps, learningRate: (step) => learningRateAt(step, schedule) };
}

/** The micro-batches of each step, as example indices, and whether short texts share their sequences. */
export function cutSteps(
  { steps }: Pick<TrainingPlan, "steps">,
  lengths: readonly number[],
  microBatchSize: number,
): { readonly steps: readonly (readonly Uint32Array[])[]; readonly pack: boolean } {
  const cut = steps.map((indices) => microBatches(indices, lengths, microBatchSize));
  return { steps: cut, pack: packingPays(cut.flat(), lengths) };
}

/** The optimiser that a spec names, over `parameters`: the numbers of `trained` in any order. */
export function trialOptimizer(
  { optimizer }: EngineSpec,
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
