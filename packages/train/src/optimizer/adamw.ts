import { InputError } from "@lorank/core";
import { integerPower } from "../random/portable-math.ts";

export interface AdamWOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Weight decay: `learningRate · weightDecay · parameter` is subtracted at each step. */
  readonly weightDecay: number;
  /** True for names of parameters that decay. (default: all) */
  readonly decays?: (name: string) => boolean;
  readonly learningRateFactor?: (name: string) => number;
}

/** AdamW moments by parameter name: running means of gradient and squared gradient. */
interface AdamWState {
  readonly steps: number;
  readonly firstMoments: ReadonlyMap<string, Float32Array>;
  readonly secondMoments: ReadonlyMap<string, Float32Array>;
}

export interface AdamW {
  /**
   * Updates parameters in place from `gradients[name] · gradientScale` (default 1), which folds in averaging and
   * clipping. Returns false if a parameter or second moment is not finite: it would not move any more.
   */
  step(gradients: ReadonlyMap<string, Float32Array>, learningRate: number, gradientScale?: number): boolean;
  /** Live state, not a copy: write it before the next step. */
  state(): AdamWState;
  /** Continues from a copy of a saved state. */
  load(state: AdamWState): void;
}

/**
 * AdamW over `parameters`, updated in place. With t from 1: `p ← p−lr·decay·p`, `m ← m+(1−β1)(g−m)`, `v ←
 * β2·v+(1−β2)·g²`, `p ← p−lr/(1−β1^t)·m/(√v/√(1−β2^t)+ε)`. State is float32, arithmetic float64: only the last bits
 * differ from PyTorch. Source: Decoupled Weight Decay Regularization, algorithm 2, https://arxiv.org/abs/1711.05101, in
 * the order of torch.optim.AdamW (torch/optim/adam.py, _single_tensor_adam). A gradient of about 6e20 (β2 = 0.999)
 * makes the second moment infinite, and all later updates 0.
 */
export function createAdamW(parameters: ReadonlyMap<string, Float32Array>, options: AdamWOptions): AdamW {
  const { beta1, beta2, epsilon, weightDecay, decays = () => true, learningRateFactor = () => 1 } = options;
  const slots = [...parameters].map(([name, parameter]) => ({
    name,
    parameter,
    firstMoment: new Float32Array(parameter.length),
    secondMoment: new Float32Array(parameter.length),
    weightDecay: decays(name) ? weightDecay : 0,
    factor: learningRateFactor(name),
  }));
  let steps = 0;

  function step(
    gradients: ReadonlyMap<string, Float32Array>,
    learningRate: number,
    gradientScale = 1,
  ): boolean {
    assertSameShapes("gradient", parameters, gradients);
    steps++;
    let finite = true;
    const correction = 1 - integerPower(beta1, steps);
    const rootCorrection = 1 / Math.sqrt(1 - integerPower(beta2, steps));
    for (const { name, parameter, firstMoment, secondMoment, weightDecay, factor } of slots) {
      const update = {
        beta1,
        beta2,
        epsilon,
        stepSize: (learningRate * factor) / correction,
        rootCorrection,
        gradientScale,
        keep: 1 - learningRate * factor * weightDecay,
      };
      finite = updateTensor(parameter, gradients.get(name)!, firstMoment, secondMoment, update) && finite;
    }
    return finite;
  }

  const state = (): AdamWState => ({
    steps,
    firstMoments: new Map(slots.map(({ name, firstMoment }) => [name, firstMoment])),
    secondMoments: new Map(slots.map(({ name, secondMoment }) => [name, secondMoment])),
  });

  function load(saved: AdamWState): void {
    assertSameShapes("first moment", parameters, saved.firstMoments);
    assertSameShapes("second moment", parameters, saved.secondMoments);
    steps = saved.steps;
    for (const { name, firstMoment, secondMoment } of slots) {
      firstMoment.set(saved.firstMoments.get(name)!);
      secondMoment.set(saved.secondMoments.get(name)!);
    }
  }

  return { step, state, load };
}

interface TensorUpdate {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly stepSize: number;
  /** Second moment's bias correction, 1 / √(1 − β2^t). */
  readonly rootCorrection: number;
  readonly gradientScale: number;
  /** Factor on the parameter for weight decay, 1 − learning rate · weight decay. */
  readonly keep: number;
}

/** Updates a tensor. Returns true if parameter and second moment stay finite. */
function updateTensor(
  parameter: Float32Array,
  gradient: Float32Array,
  firstMoment: Float32Array,
  secondMoment: Float32Array,
  update: TensorUpdate,
): boolean {
  const { beta1, beta2, epsilon, stepSize, rootCorrection, gradientScale, keep } = update;
  const fresh1 = 1 - beta1;
  const fresh2 = 1 - beta2;
  const { length } = parameter;
  let zero = 0; // NaN after the first non-finite value
  for (let i = 0; i < length; i++) {
    const g = gradient[i]! * gradientScale;
    const oldMoment = firstMoment[i]!;
    const m = oldMoment + fresh1 * (g - oldMoment);
    const v = beta2 * secondMoment[i]! + fresh2 * g * g;
    firstMoment[i] = m;
    secondMoment[i] = v;
    parameter[i] = parameter[i]! * keep - (stepSize * m) / (Math.sqrt(v) * rootCorrection + epsilon);
    // Values are read again, as rounding to float32 may overflow.
    zero += parameter[i]! - parameter[i]! + (secondMoment[i]! - secondMoment[i]!);
  }
  return zero === 0;
}

function assertSameShapes(
  what: string,
  parameters: ReadonlyMap<string, Float32Array>,
  others: ReadonlyMap<string, Float32Array>,
): void {
  const problems: string[] = [];
  for (const [name, { length }] of parameters) {
    const got = others.get(name)?.length;
    if (got !== length) {
      problems.push(`${what} of ${name} must have ${length} elements, got ${got ?? "none"}`);
    }
  }
  for (const name of others.keys()) {
    if (!parameters.has(name)) problems.push(`${what} must belong to a parameter, got ${name}`);
  }
  if (problems.length > 0) throw new InputError("E_OPTIMIZER", problems.join("\n"));
}
