import type { AdamW } from "./adamw.ts";
import { clipCoefficient, globalNorm } from "./clip.ts";
import { countTargets, type MicroBatch } from "./model/batch.ts";
import type { KeepMask } from "./model/keep-masks.ts";
import type { Transformer } from "./model/transformer.ts";

export interface OptimizerStep {
  readonly microBatches: readonly MicroBatch[];
  readonly learningRate: number;
  /** Largest global L2 norm of the gradient; 0 does not clip. */
  readonly maxGradientNorm: number;
  /** Dropout's masks for micro-batch i. */
  readonly keep?: (microBatch: number) => KeepMask;
}

/**
 * One optimiser step over several micro-batches. Each target weighs the same whatever micro-batch it is in, so the
 * step does not depend on how its examples are cut. Returns the mean loss over the targets before the step, in
 * nats; a loss or gradient that is not finite changes no parameter.
 */
export async function optimizerStep(
  model: Transformer,
  optimizer: AdamW,
  gradients: Map<string, Float32Array>,
  { microBatches, learningRate, maxGradientNorm, keep }: OptimizerStep,
): Promise<number> {
  for (const gradient of gradients.values()) gradient.fill(0);
  const targets = microBatches.reduce((count, batch) => count + countTargets(batch.targets), 0);
  let total = 0;
  for (const [i, batch] of microBatches.entries()) {
    const { losses } = await model.trainStep(batch, 1 / targets, gradients, keep?.(i));
    for (const loss of losses) total += loss;
  }
  return applyGradients(optimizer, gradients, total / targets, learningRate, maxGradientNorm);
}

/** Clips and steps; returns the loss, or NaN, and moves nothing, where it or a gradient is not finite. */
export function applyGradients(
  optimizer: AdamW,
  gradients: ReadonlyMap<string, Float32Array>,
  loss: number,
  learningRate: number,
  maxGradientNorm: number,
): number {
  const norm = globalNorm(gradients.values());
  if (!Number.isFinite(loss) || !Number.isFinite(norm)) return Number.NaN;
  optimizer.step(gradients, learningRate, maxGradientNorm > 0 ? clipCoefficient(norm, maxGradientNorm) : 1);
  return loss;
}
