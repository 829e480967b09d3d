import type { Value } from "../value.ts";
import { check, checkFloat, describe, makeValue } from "../value.ts";
import { constant } from "./arrays.ts";
import { add, mul, sigmoid, tanh } from "./elementwise.ts";

/** Softmax: e^x / Σ e^x along the last axis. */
export function softmax(x: Value): Value {
  checkFloat("softmax", x);
  check(x.shape.length > 0, () => `softmax needs at least one axis, got ${describe(x)}`);
  return makeValue("softmax", [x], {}, x.shape);
}

/** SiLU, x · σ(x). Source: Elfwing et al., https://arxiv.org/abs/1702.03118 */
export const silu = (x: Value): Value => mul(x, sigmoid(x));

/** GELU, x · Φ(x), exact. Source: https://arxiv.org/abs/1606.08415 */
export function gelu(x: Value): Value {
  checkFloat("gelu", x);
  return makeValue("gelu", [x], {}, x.shape);
}

/**
 * GELU's tanh approximation, x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))): `gelu_new` and `gelu_pytorch_tanh` in
 * transformers. Source: section 2 of https://arxiv.org/abs/1606.08415
 */
export function geluTanh(x: Value): Value {
  const cube = mul(mul(x, x), mul(x, constant(0.044715)));
  const inner = mul(add(x, cube), constant(Math.sqrt(2 / Math.PI)));
  return mul(x, mul(add(tanh(inner), constant(1)), constant(0.5)));
}

/** Soft cap, cap · tanh(x / cap), within ±cap. Source: Gemma 2, https://arxiv.org/abs/2408.00118 */
export const softcap = (x: Value, cap: number): Value => mul(tanh(mul(x, constant(1 / cap))), constant(cap));

/**
 * LayerNorm: (x − mean) / √(variance + epsilon) · weight + bias over the last axis, for x `[..., n]`, weight and bias
 * `[n]`. Source: Ba et al., https://arxiv.org/abs/1607.06450
 */
export function layerNorm(x: Value, weight: Value, bias: Value, epsilon: number): Value {
  checkFloat("layerNorm", x, weight, bias);
  for (const vector of [weight, bias]) {
    check(
      vector.shape.length === 1 && vector.shape[0] === x.shape.at(-1),
      () =>
        `layerNorm needs weight and bias of the last axis' size, got ${describe(x)} and ${describe(vector)}`,
    );
  }
  return makeValue("layerNorm", [x, weight, bias], { epsilon }, x.shape);
}

/**
 * RMSNorm: x / √(mean(x²) + epsilon) · weight over the last axis, for x `[..., n]` and weight `[n]`. Source: Zhang and
 * Sennrich, https://arxiv.org/abs/1910.07467
 */
export function rmsNorm(x: Value, weight: Value, epsilon: number): Value {
  checkFloat("rmsNorm", x, weight);
  check(
    weight.shape.length === 1 && weight.shape[0] === x.shape.at(-1),
    () => `rmsNorm needs a weight of the last axis' size, got ${describe(x)} and ${describe(weight)}`,
  );
  return makeValue("rmsNorm", [x, weight], { epsilon }, x.shape);
}

export interface RotaryInputs {
  /** Row of the rotary tables per token, int64 `[batch, seq]`. */
  readonly positions: Value;
  /** Cosine table, float32 `[maxPositions, headDim / 2]`. */
  readonly cos: Value;
  readonly sin: Value;
}

/**
 * Rotary embedding: rotates the pairs (x[i], x[i + headDim/2]) in x `[batch, heads, seq, headDim]` by positions'
 * angles, or back. Source: RoFormer, https://arxiv.org/abs/2104.09864, in the half-split layout of Llama checkpoints.
 */
export function rotary(x: Value, { positions, cos, sin }: RotaryInputs, inverse = false): Value {
  checkFloat("rotary", x, cos, sin);
  const [batch, , seq, headDim] = x.shape;
  check(
    x.shape.length === 4 && headDim! % 2 === 0,
    () => `rotary needs [batch, heads, seq, even], got ${describe(x)}`,
  );
  check(
    positions.dtype === "int64" && positions.shape[0] === batch && positions.shape[1] === seq,
    () => `rotary needs int64 positions [${batch},${seq}], got ${describe(positions)}`,
  );
  for (const table of [cos, sin]) {
    check(
      table.shape.length === 2 && table.shape[1] === headDim! / 2,
      () => `rotary needs tables [positions, ${headDim! / 2}], got ${describe(table)}`,
    );
  }
  return makeValue("rotary", [x, positions, cos, sin], { inverse }, x.shape);
}

/** Cross-entropy, −log softmax(logits)[label] in nats, for logits `[n, classes]` and int64 labels `[n]`: `[n]`. */
export function crossEntropy(logits: Value, labels: Value): Value {
  checkFloat("crossEntropy", logits);
  check(
    logits.shape.length === 2 &&
      labels.dtype === "int64" &&
      labels.shape.length === 1 &&
      labels.shape[0] === logits.shape[0],
    () =>
      `crossEntropy needs logits [n, classes] and int64 labels [n], got ${describe(logits)} and ${describe(labels)}`,
  );
  return makeValue("crossEntropy", [logits, labels], {}, [logits.shape[0]!]);
}
