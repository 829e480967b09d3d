import { isLowRank, ops, type Value } from "@lorank/graph";

const { add, cast, constant, div, matMul, mul, reshape, sqrt, stopGradient, sub, sum } = ops;

/** Frozen linear layer: W `[outDim, inDim]`, or `[inDim, outDim]` if stored transposed. */
interface LinearInputs {
  readonly weight: Value;
  readonly transposed: boolean;
  /** Bias `[outDim]`. */
  readonly bias?: Value;
}

interface LoraInputs {
  /** Matrix A `[rank, inDim]`. */
  readonly loraA: Value;
  /** Matrix B `[outDim, rank]`. */
  readonly loraB: Value;
  readonly scaling: number;
  /** Dropout: uint8 mask `[rows, inDim]`, 1 for inputs the adapter sees, and the probability of a 1. */
  readonly dropout?: { readonly mask: Value; readonly keepProbability: number };
  /** DoRA's magnitudes `[outDim]`. */
  readonly magnitude?: Value;
  /** True if the update may be added to W before the product with x. (default false) */
  readonly mayMerge?: boolean;
}

/** Plain linear layer: x Wᵀ + bias, for x `[rows, inDim]`: `[rows, outDim]`. */
export function plainLinear(x: Value, linear: LinearInputs): Value {
  return withBias(product(x, linear), linear);
}

/**
 * Linear layer with LoRA: x Wᵀ + bias + scaling · (dropout(x) Aᵀ) Bᵀ. Source: LoRA, section 4.1,
 * https://arxiv.org/abs/2106.09685
 */
export function loraLinear(x: Value, linear: LinearInputs, lora: LoraInputs): Value {
  if (lora.magnitude) return doraLinear(x, linear, { ...lora, magnitude: lora.magnitude });
  const weight = lora.mayMerge ? mergedWeight(x.shape[0]!, linear, lora) : undefined;
  if (weight) return plainLinear(x, { ...linear, weight });
  return add(plainLinear(x, linear), update(x, lora));
}

/**
 * Weight W + scaling·B·A for x with this many rows; undefined unless it takes less time. Merging passes over the weight
 * in place of x and y, in the forward and the backward pass. A third is left for what the merged weight itself costs.
 */
function mergedWeight(rows: number, linear: LinearInputs, lora: LoraInputs): Value | undefined {
  const { weight, transposed } = linear;
  const { loraA, loraB, scaling: alpha, dropout } = lora;
  const [first, second] = weight.shape as readonly [number, number];
  if (dropout || rows * (first + second) < 3 * first * second) return undefined;
  const product = transposed
    ? matMul(loraA, loraB, { transposeA: true, transposeB: true, alpha })
    : matMul(loraB, loraA, { alpha });
  return isLowRank(product) ? add(weight, product) : undefined;
}

/**
 * Linear layer with DoRA: x W'ᵀ + bias, W' = m ∘ (W + scaling·B·A) / ‖W + scaling·B·A‖, row norms without gradient. W
 * sees all inputs, the change W' − W only those that dropout keeps. Source: DoRA, section 4,
 * https://arxiv.org/abs/2402.09353; dropout as in peft 0.21, lora/dora.py.
 */
function doraLinear(x: Value, linear: LinearInputs, lora: LoraInputs & { readonly magnitude: Value }): Value {
  const stretch = div(lora.magnitude, stopGradient(rowNorms(linear, lora))); // [outDim]
  if (!lora.dropout) return withBias(mul(add(product(x, linear), update(x, lora)), stretch), linear);
  const remaining = product(seen(x, lora), linear, 1 / lora.dropout.keepProbability);
  const change = add(mul(remaining, sub(stretch, constant(1))), mul(update(x, lora), stretch));
  return withBias(add(product(x, linear), change), linear);
}

function update(x: Value, lora: LoraInputs): Value {
  const low = matMul(seen(x, lora), lora.loraA, { transposeB: true }); // [rows, rank]
  const scaling = lora.scaling / (lora.dropout?.keepProbability ?? 1);
  return matMul(low, lora.loraB, { transposeB: true, alpha: scaling });
}

/** Adapter inputs after dropout: zero where the mask is 0, the rest not rescaled. */
function seen(x: Value, { dropout }: LoraInputs): Value {
  return dropout ? mul(x, cast(dropout.mask, "float32")) : x;
}

function product(x: Value, { weight, transposed }: LinearInputs, factor = 1): Value {
  return matMul(x, weight, { transposeB: !transposed, alpha: factor });
}

function withBias(y: Value, { bias }: LinearInputs): Value {
  return bias ? add(y, bias) : y;
}

/** Row norms ‖w + s·bA‖ from ‖w‖² + 2s·b·(A·w) + s²·b·(A·Aᵀ)·bᵀ: only the squares of W need memory of W's size. */
function rowNorms({ weight, transposed }: LinearInputs, { loraA, loraB, scaling }: LoraInputs): Value {
  const outDim = loraB.shape[0]!;
  const own = reshape(sum(mul(weight, weight), [transposed ? 0 : 1]), [outDim]);
  const seenByA = matMul(weight, loraA, { transposeA: transposed, transposeB: true, alpha: 2 * scaling }); // [outDim, rank]
  const gram = matMul(loraA, loraA, { transposeB: true, alpha: scaling * scaling }); // [rank, rank]
  const change = sum(mul(loraB, add(seenByA, matMul(loraB, gram))), [1]);
  return sqrt(add(own, reshape(change, [outDim])));
}
