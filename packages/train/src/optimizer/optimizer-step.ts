import type { ComputeDtype } from "@lorank/graph";
import { countTargets, type MicroBatch } from "../transformer/batch.ts";
import type { DropoutMask } from "../transformer/dropout-masks.ts";
import type { Transformer } from "../transformer/transformer.ts";
import type { AdamW } from "./adamw.ts";

// Number added to the norm before dividing by it, as in PyTorch.
const NORM_EPSILON = 1e-6;

/** L2 norm over all arrays, summed in float64 in order. */
export function globalNorm(arrays: Iterable<Float32Array>): number {
  let sum = 0;
  for (const array of arrays) {
    let own = 0;
    for (let i = 0; i < array.length; i++) own += array[i]! * array[i]!;
    sum += own;
  }
  return Math.sqrt(sum);
}

/** Clipping factor; NaN for a NaN norm, so that divergence shows. Source: torch.nn.utils.clip_grad_norm_ */
export function clipCoefficient(norm: number, maxNorm: number): number {
  return maxNorm === 0 ? 1 : Math.min(1, maxNorm / (norm + NORM_EPSILON));
}

export interface OptimizerStep {
  readonly microBatches: readonly MicroBatch[];
  readonly learningRate: number;
  /** Largest global L2 norm for the gradient; 0 does not clip. */
  readonly maxGradientNorm: number;
  /** Dropout masks for the micro-batch with this index in the step. */
  readonly dropoutMask?: (microBatch: number) => DropoutMask;
  /** Loss scale for float16 products. (default: none) */
  readonly lossScale?: LossScale | undefined;
}

/**
 * Optimiser step over micro-batches, all targets weighing the same. Returns the mean loss before the step, in nats, or
 * NaN.
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

/** True if gradients are not finite and the scale was lowered: compute them again. */
export function overflowed(lossScale: LossScale, gradients: ReadonlyMap<string, Float32Array>): boolean {
  return !Number.isFinite(globalNorm(gradients.values())) && lossScale.shrink();
}

interface GradientStep extends Pick<OptimizerStep, "learningRate" | "maxGradientNorm"> {
  readonly loss: number;
  /** Loss scale, by which the gradients are divided. (default 1) */
  readonly scale?: number;
}

/**
 * Clips gradients and updates parameters. Returns the loss; NaN if the loss or a gradient is not finite (nothing
 * moves), or the new state.
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

/** Loss scale's first value, 65,536, and largest, 16,777,216: vanishing gradients would raise it for ever. */
const [FIRST, LARGEST] = [2 ** 16, 2 ** 24];
/** Count of successive steps with finite gradients before a larger scale is tried. */
const PATIENCE = 200;

/**
 * Loss scale: factor on the loss before differentiation, divided out of the gradients in float32. Float16 has nothing
 * between 0 and 2^-24, where many gradients lie; a power of two raises them without rounding. Too large a scale (values
 * above 65,504) gives non-finite gradients: the step is repeated at half. Source: Mixed precision training, section
 * 3.2, https://arxiv.org/abs/1710.03740. torch.amp.GradScaler skips such a step, waits 2,000 steps and has no largest
 * scale.
 */
export interface LossScale {
  readonly value: number;
  grow(): void;
  /** Lowers the scale after non-finite gradients. False: no smaller scale is left, the model diverged. */
  shrink(): boolean;
  state(): LossScaleState;
  load(state: LossScaleState): void;
}

/** Loss scale, and good steps since the last change. */
export interface LossScaleState {
  readonly value: number;
  readonly steps: number;
}

/** Loss scale for float16; other types have float32's exponents and need none. */
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
