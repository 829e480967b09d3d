import { countTargets, type MicroBatch } from "../transformer/batch.ts";
import type { DropoutMask } from "../transformer/dropout-masks.ts";
import type { Transformer } from "../transformer/transformer.ts";
import type { AdamW } from "./adamw.ts";
import type { LossScale } from "./loss-scale.ts";

// torch's guard against dividing by a zero norm
const NORM_EPSILON = 1e-6;

/** L2 norm over all elements of all arrays, summed in float64 in the given order. */
export function globalNorm(arrays: Iterable<Float32Array>): number {
  let sum = 0;
  for (const array of arrays) {
    let own = 0;
    for (let i = 0; i < array.length; i++) own += array[i]! * array[i]!;
    sum += own;
  }
  return Math.sqrt(sum);
}

/**
 * What gradients of L2 norm `norm` must be multiplied by: `min(1, maxNorm / (norm + 1e-6))`; 1 if `maxNorm` is 0,
 * which means no clipping. NaN for a norm that is not a number, so that a diverged run is seen and not hidden.
 *
 * Source: torch.nn.utils.clip_grad_norm_
 */
export function clipCoefficient(norm: number, maxNorm: number): number {
  return maxNorm === 0 ? 1 : Math.min(1, maxNorm / (norm + NORM_EPSILON));
}

export interface OptimizerStep {
  readonly microBatches: readonly MicroBatch[];
  readonly learningRate: number;
  /** Largest global L2 norm of the gradient; 0 does not clip. */
  readonly maxGradientNorm: number;
  /** The dropout masks of micro-batch i. */
  readonly dropoutMask?: (microBatch: number) => DropoutMask;
  /** Scale of the loss, for float16 products. (default: none) */
  readonly lossScale?: LossScale | undefined;
}

/**
 * One optimiser step over several micro-batches. Each target weighs the same whatever micro-batch it is in, so the
 * step does not depend on how its examples are cut. Returns the mean loss over the targets before the step, in
 * nats, or NaN as `applyGradients`.
 */
export async function optimizerStep(
  model: Transformer,
  optimizer: AdamW,
  gradients: Map<string, Float32Array>,
  { microBatches, learningRate, maxGradientNorm, dropoutMask, lossScale }: OptimizerStep,
): Promise<number> {
  const targets = microBatches.reduce((count, batch) => count + countTargets(batch.targets), 0);
  for (;;) {
    for (const gradient of gradients.values()) gradient.fill(0);
    const scale = lossScale?.value ?? 1;
    let total = 0;
    for (const [i, batch] of microBatches.entries()) {
      const { losses } = await model.trainStep(batch, scale / targets, gradients, dropoutMask?.(i));
      for (const loss of losses) total += loss;
    }
    const loss = total / targets;
    if (lossScale && Number.isFinite(loss) && overflowed(lossScale, gradients)) continue;
    lossScale?.grow();
    return applyGradients(optimizer, gradients, { loss, learningRate, maxGradientNorm, scale });
  }
}

/** True where the gradients of a finite loss are not finite and the scale was lowered: compute them again. */
export function overflowed(lossScale: LossScale, gradients: ReadonlyMap<string, Float32Array>): boolean {
  return !Number.isFinite(globalNorm(gradients.values())) && lossScale.shrink();
}

export interface GradientStep extends Pick<OptimizerStep, "learningRate" | "maxGradientNorm"> {
  readonly loss: number;
  /** What the gradients are to be divided by. (default 1) */
  readonly scale?: number;
}

/**
 * Clips and steps; returns the loss. NaN where it or a gradient is not finite, which moves nothing, and where the step
 * leaves a parameter or a mean of squares that is not finite: nothing that is computed with it would be, or move.
 */
export function applyGradients(
  optimizer: AdamW,
  gradients: ReadonlyMap<string, Float32Array>,
  { loss, learningRate, maxGradientNorm, scale = 1 }: GradientStep,
): number {
  const norm = globalNorm(gradients.values()) / scale;
  if (!Number.isFinite(loss) || !Number.isFinite(norm)) return Number.NaN;
  const clipped = maxGradientNorm > 0 ? clipCoefficient(norm, maxGradientNorm) : 1;
  return optimizer.step(gradients, learningRate, clipped / scale) ? loss : Number.NaN;
}
