import type { ComputeDtype } from "@lorank/graph";

/** 65,536, and 16,777,216: the gradients of a step may not all vanish for ever without the scale coming to an end. */
const [FIRST, LARGEST] = [2 ** 16, 2 ** 24];
/** Steps that went well in a row after which a larger scale is tried. */
const PATIENCE = 200;

/**
 * What a loss is multiplied by before it is differentiated, and its gradients divided by afterwards in float32.
 *
 * Float16 has nothing between 0 and 2^-24, and the gradients that flow through a model are often smaller: they would be
 * zero. All of them are made larger by a power of two, which rounds nothing. Where it was too much (more than 65,504
 * somewhere), the gradients are not finite; then the step is done again at half the scale, so that no batch is lost.
 * Source: Mixed precision training, section 3.2, https://arxiv.org/abs/1710.03740; torch.amp.GradScaler, which passes over
 * such a step, waits for 2,000 steps and knows no largest scale.
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
