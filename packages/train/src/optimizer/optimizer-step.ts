import type { ComputeDtype } from "@lorank/graph";
import { countTargets, type MicroBatch } from "../transformer/batch.ts";
import type { DropoutMask } from "../transformer/dropout-masks.ts";
import type { Transformer } from "../transformer/transformer.ts";
import type { AdamW } from "./adamw.ts";

// torch's guard against dividing by a zero norm
const NORM_EPSILON = 1e-6;

/** L2 norm over all elements of all arrays, summed in float64 in their order. */
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
 * The factor for gradients of L2 norm `norm`: `min(1, maxNorm / (norm + 1e-6))`; 1 if `maxNorm` is 0, which means no
 * clipping. NaN for a norm that is not a number, so that a diverged run is seen and not hidden.
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

interface GradientStep extends Pick<OptimizerStep, "learningRate" | "maxGradientNorm"> {
  readonly loss: number;
  /** Divisor of the gradients. (default 1) */
  readonly scale?: number;
}

/**
 * Clips and steps; returns the loss. NaN where the loss or a gradient is not finite, which moves nothing. NaN too where
 * the step leaves a parameter or a mean of squares that is not finite.
 */
function applyGradients(
  optimizer: AdamW,
  gradients: ReadonlyMap<string, Float32Array>,
  { loss, learningRate, maxGradientNorm, scale = 1 }: GradientStep,
): number {
  const norm = globalNorm(gradients.values()) / scale;
  if (!Number.isFinite(loss) || !Number.isFinite(norm)) return Number.NaN;
  const clipped = maxGradientNorm > 0 ? clipCoefficient(norm, maxGradientNorm) : 1;
  return optimizer.step(gradients, learningRate, clipped / scale) ? loss : Number.NaN;
}

/** 65,536, and 16,777,216: the gradients of a step may not all vanish for ever without the scale coming to an end. */
const [FIRST, LARGEST] = [2 ** 16, 2 ** 24];
/** Steps that went well in a row after which a larger scale is tried. */
const PATIENCE = 200;

/**
 * The factor on a loss before it is differentiated; its gradients are divided by it afterwards in float32.
 *
 * Float16 has nothing between 0 and 2^-24, and the gradients that flow through a model are often smaller: they would be
 * zero. All of them are made larger by a power of two, which rounds nothing. A scale that is too large (more than
 * 65,504 somewhere) gives gradients that are not finite. The step is then done again at half the scale, so that no
 * batch is lost. Source: Mixed precision training, section 3.2, https://arxiv.org/abs/1710.03740. torch.amp.GradScaler
 * passes over such a step, waits for 2,000 steps and has no largest scale.
 */
export interface LossScale {
  readonly value: number;
  /** After a step that went well. */
  grow(): void;
  /** After gradients that were not. False where there is nothing left to try: it is the model that has diverged. */
  shrink(): boolean;
  state(): LossScaleState;
  /** Continues from a saved state. */
  load(state: LossScaleState): void;
}

/** The scale, and the steps that have gone well since it changed. */
export interface LossScaleState {
  readonly value: number;
  readonly steps: number;
}

/** The scale for products in `compute`; none for all but float16, which have the exponents of float32. */
export function lossScaleFor(compute: ComputeDtype): LossScale | undefined {
  if (compute !== "float16") return undefined;
  let value = FIRST;
  let steps = 0;
  return {
    get value() {
      return value;
    },
    grow: () => {
      steps++;
      if (steps < PATIENCE || value === LARGEST) return;
      value *= 2;
      steps = 0;
    },
    shrink: () => {
      if (value === 1) return false;
      value /= 2;
      steps = 0;
      return true;
    },
    state: () => ({ value, steps }),
    load: (saved) => {
      ({ value, steps } = saved);
    },
  };
}
