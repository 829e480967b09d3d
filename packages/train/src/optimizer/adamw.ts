import { InputError } from "@lorank/core";
import { integerPower } from "../random/portable-math.ts";

export interface AdamWOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Share of `learningRate · parameter` taken off a parameter at each step. */
  readonly weightDecay: number;
  /** Chooses the parameters that decay; all of them by default. */
  readonly decays?: (name: string) => boolean;
  /** Factor on the learning rate of a parameter; 1 by default. */
  readonly learningRateFactor?: (name: string) => number;
}

/** Running means of the gradient and of its square, by parameter name, and the number of steps behind them. */
interface AdamWState {
  readonly steps: number;
  readonly firstMoments: ReadonlyMap<string, Float32Array>;
  readonly secondMoments: ReadonlyMap<string, Float32Array>;
}

export interface AdamW {
  /**
   * Updates every parameter in place from `gradients[name] · gradientScale`. The scale folds averaging and
   * clipping into this one pass over memory; 1 by default. Returns whether every parameter and every mean of squares is
   * finite afterwards: one that overflowed float32 would stop its parameter for ever.
   */
  step(gradients: ReadonlyMap<string, Float32Array>, learningRate: number, gradientScale?: number): boolean;
  /** The live state, not a copy: write it to a checkpoint before the next step. */
  state(): AdamWState;
  /** Continues from a saved state, which is copied. */
  load(state: AdamWState): void;
}

/**
 * AdamW over `parameters`, which it updates in place.
 *
 * With t counted from 1: `p ← p−lr·decay·p`, `m ← m+(1−β1)(g−m)`, `v ← β2·v+(1−β2)·g²`, `p ←
 * p−lr/(1−β1^t)·m/(√v/√(1−β2^t)+ε)`. State is float32 and each value is rounded to float32 once a step. The arithmetic
 * between is float64, so it differs from PyTorch's float32 only in the last bits.
 *
 * Source: Decoupled Weight Decay Regularization, algorithm 2, https://arxiv.org/abs/1711.05101; the order of operations
 * is that of torch.optim.AdamW (torch/optim/adam.py, _single_tensor_adam). In float32 that one too has an infinite mean
 * of squares after a gradient of about 6e20 (at β2 = 0.999). Its update of the weight is then 0 from there on, and
 * nothing says so.
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
  /** 1 / √(1 − β2^t) */
  readonly rootCorrection: number;
  readonly gradientScale: number;
  /** 1 − learning rate · weight decay */
  readonly keep: number;
}

/**
 * One tensor's update: one square root and one division an element. All arrays have the same length. Returns whether
 * the parameter and the mean of squares are finite afterwards.
 */
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
  let zero = 0; // NaN from the first value that is not finite
  for (let i = 0; i < length; i++) {
    const g = gradient[i]! * gradientScale;
    const oldMoment = firstMoment[i]!;
    const m = oldMoment + fresh1 * (g - oldMoment);
    const v = beta2 * secondMoment[i]! + fresh2 * g * g;
    firstMoment[i] = m;
    secondMoment[i] = v;
    parameter[i] = parameter[i]! * keep - (stepSize * m) / (Math.sqrt(v) * rootCorrection + epsilon);
    // Read again: rounding to float32 may overflow.
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
