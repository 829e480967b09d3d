import {
  addToColumns,
  constant,
  expand,
  gatherColumns,
  gatherRows,
  padLast,
  reshape,
  scatterAddRows,
  sliceLast,
  transpose,
} from "./ops/arrays.ts";
import { add, div, erf, exp, mul, sign, sqrt, sub, sum, sumTo } from "./ops/elementwise.ts";
import { rotary, softmax } from "./ops/network.ts";
import { chainedProduct } from "./product-chain.ts";
import type { OpName, Value } from "./value.ts";

/**
 * Vector-Jacobian product: maps dy, the gradient of value y, to the inputs' gradients. Integers and masks get null.
 * `needed[i]` is false if input i's gradient is unused.
 */
type VjpRule<Name extends OpName> = (
  y: Value<Name>,
  dy: Value,
  needed: readonly boolean[],
) => readonly (Value | null)[];

const negate = (x: Value): Value => mul(x, constant(-1));
const when = (needed: boolean | undefined, make: () => Value): Value | null => (needed ? make() : null);

export const vjpRules: { readonly [Name in OpName]: VjpRule<Name> } = {
  input: () => [],
  constant: () => [],
  add: ({ inputs: [a, b] }, dy, need) => [
    when(need[0], () => sumTo(dy, a!.shape)),
    when(need[1], () => sumTo(dy, b!.shape)),
  ],
  sub: ({ inputs: [a, b] }, dy, need) => [
    when(need[0], () => sumTo(dy, a!.shape)),
    when(need[1], () => negate(sumTo(dy, b!.shape))),
  ],
  mul: ({ inputs: [a, b] }, dy, need) => [
    when(need[0], () => sumTo(mul(dy, b!), a!.shape)),
    when(need[1], () => sumTo(mul(dy, a!), b!.shape)),
  ],
  div: (y, dy, need) => {
    const [a, b] = y.inputs;
    return [
      when(need[0], () => sumTo(div(dy, b!), a!.shape)),
      when(need[1], () => negate(sumTo(div(mul(dy, y), b!), b!.shape))),
    ];
  },
  exp: (y, dy) => [mul(dy, y)],
  log: ({ inputs: [x] }, dy) => [div(dy, x!)],
  sqrt: (y, dy) => [div(mul(dy, constant(0.5)), y)],
  // σ' = σ − σ²
  sigmoid: (y, dy) => [mul(dy, sub(y, mul(y, y)))],
  tanh: (y, dy) => [sub(dy, mul(dy, mul(y, y)))],
  // erf' = 2/√π · e^(−x²)
  erf: ({ inputs: [x] }, dy) => [mul(dy, gaussian(x!))],
  relu: (y, dy) => [mul(dy, sign(y))],
  sign: () => [null],
  stopGradient: () => [null],
  cast: () => [null],
  sum: ({ inputs: [x] }, dy) => [expand(dy, x!.shape)],
  reshape: ({ inputs: [x] }, dy) => [reshape(dy, x!.shape)],
  expand: ({ inputs: [x] }, dy) => [sumTo(dy, x!.shape)],
  transpose: ({ attributes }, dy) => [transpose(dy, inverse(attributes.permutation))],
  sliceLast: ({ inputs: [x], attributes }, dy) => [padLast(dy, attributes.start, x!.shape.at(-1)!)],
  padLast: ({ inputs: [x], attributes }, dy) => [sliceLast(dy, attributes.start, x!.shape.at(-1)!)],
  matMul: matMulVjp,
  // dx = y · (dy − Σ dy·y)
  softmax: (y, dy) => {
    const last = y.shape.length - 1;
    return [mul(y, sub(dy, sum(mul(dy, y), [last])))];
  },
  gelu: ({ inputs: [x] }, dy) => [mul(dy, geluSlope(x!))],
  layerNorm: layerNormVjp,
  rmsNorm: rmsNormVjp,
  rotary: ({ inputs: [, positions, cos, sin], attributes }, dy) => [
    rotary(dy, { positions: positions!, cos: cos!, sin: sin! }, !attributes.inverse),
    null,
    null,
    null,
  ],
  gatherRows: ({ inputs: [table, indices] }, dy) => [scatterAddRows(dy, indices!, table!.shape[0]!), null],
  scatterAddRows: ({ inputs: [, indices] }, dy) => [gatherRows(dy, indices!), null],
  gatherColumns: ({ inputs: [x, columns] }, dy) => [
    addToColumns(expand(constant(new Float32Array(1), [1, 1]), x!.shape), columns!, dy),
    null,
  ],
  addToColumns: ({ inputs: [, columns] }, dy) => [dy, null, gatherColumns(dy, columns!)],
  // d/dlogits = (softmax − onehot) · dy
  crossEntropy: ({ inputs: [logits, labels] }, dy) => {
    const scaled = mul(softmax(logits!), reshape(dy, [logits!.shape[0]!, 1]));
    return [addToColumns(scaled, labels!, negate(dy)), null];
  },
  argMax: () => [null],
  decode4bit: () => [null, null],
};

function gaussian(x: Value): Value {
  return mul(exp(negate(mul(x, x))), constant(2 / Math.sqrt(Math.PI)));
}

/** GELU's derivative, d/dx x·Φ(x) = Φ(x) + x·φ(x), as ½ · (1 + erf(x/√2) + √(2/π) · x · e^(−x²/2)). */
function geluSlope(x: Value): Value {
  const bell = mul(x, exp(mul(x, mul(x, constant(-0.5)))));
  const twice = add(erf(mul(x, constant(Math.SQRT1_2))), mul(bell, constant(Math.sqrt(2 / Math.PI))));
  return add(mul(twice, constant(0.5)), constant(0.5));
}

function matMulVjp(y: Value<"matMul">, dy: Value, need: readonly boolean[]): readonly (Value | null)[] {
  const [a, b] = y.inputs;
  const { transposeA: ta, transposeB: tb, alpha } = y.attributes;
  // y = A B: dA = dy Bᵀ, dB = Aᵀ dy; transposed operands get the transposed product.
  const toA = (): Value =>
    ta
      ? chainedProduct(b!, dy, { transposeA: tb, transposeB: true, alpha })
      : chainedProduct(dy, b!, { transposeB: !tb, alpha });
  const toB = (): Value =>
    tb
      ? chainedProduct(dy, a!, { transposeA: true, transposeB: ta, alpha })
      : chainedProduct(a!, dy, { transposeA: !ta, alpha });
  return [when(need[0], toA), when(need[1], toB)];
}

/**
 * RMSNorm's VJP: dx = i·g − x·(i³/n)·Σ g·x, dw = Σ dy·x·i. Here i = 1/√(mean(x²) + ε), g = dy·w; n is the last axis'
 * size.
 */
function rmsNormVjp(y: Value<"rmsNorm">, dy: Value, need: readonly boolean[]): readonly (Value | null)[] {
  const [x, weight] = y.inputs;
  const last = x!.shape.length - 1;
  const size = x!.shape[last]!;
  const meanSquare = mul(sum(mul(x!, x!), [last]), constant(1 / size));
  const inverseRms = div(constant(1), sqrt(add(meanSquare, constant(y.attributes.epsilon))));
  const toX = (): Value => {
    const g = mul(dy, weight!);
    const cube = mul(mul(inverseRms, inverseRms), mul(inverseRms, constant(1 / size)));
    return sub(mul(g, inverseRms), mul(x!, mul(cube, sum(mul(g, x!), [last]))));
  };
  const toWeight = (): Value => sumTo(mul(dy, mul(x!, inverseRms)), weight!.shape);
  return [when(need[0], toX), when(need[1], toWeight)];
}

/**
 * LayerNorm's VJP: dx = i · (g − Σg/n − h·Σ(g·h)/n), dw = Σ dy·h, db = Σ dy. Here c = x − mean(x), i = 1/√(mean(c²) +
 * ε), h = c·i, g = dy·w; n is the last axis' size.
 */
function layerNormVjp(y: Value<"layerNorm">, dy: Value, need: readonly boolean[]): readonly (Value | null)[] {
  const [x, weight, bias] = y.inputs;
  const last = x!.shape.length - 1;
  const mean = (v: Value): Value => mul(sum(v, [last]), constant(1 / x!.shape[last]!));
  const centred = sub(x!, mean(x!));
  const inverseDeviation = div(
    constant(1),
    sqrt(add(mean(mul(centred, centred)), constant(y.attributes.epsilon))),
  );
  const normed = mul(centred, inverseDeviation);
  const toX = (): Value => {
    const g = mul(dy, weight!);
    return mul(sub(sub(g, mean(g)), mul(normed, mean(mul(g, normed)))), inverseDeviation);
  };
  return [
    when(need[0], toX),
    when(need[1], () => sumTo(mul(dy, normed), weight!.shape)),
    when(need[2], () => sumTo(dy, bias!.shape)),
  ];
}

function inverse(permutation: readonly number[]): number[] {
  const result: number[] = [];
  permutation.forEach((axis, i) => {
    result[axis] = i;
  });
  return result;
}
