import type { Tensor, Value } from "../src/index.ts";
import { addToColumns, expand, gatherColumns, scatterAddRows } from "../src/ops/arrays.ts";
import { erf, sign } from "../src/ops/elementwise.ts";
import type { Shape } from "../src/tensor.ts";
import * as g from "./graph.ts";

/** One small graph: its float inputs (differentiated), its other inputs, and the value under test. */
export interface OpCase {
  readonly name: string;
  readonly floats: readonly Shape[];
  /** Inputs must stay positive (log, sqrt) or away from zero (div). */
  readonly positive?: boolean;
  readonly others?: Readonly<Record<string, Tensor>>;
  readonly build: (x: readonly Value[], others: Readonly<Record<string, Value>>) => Value;
}

const labels = g.int64([3], [2, 0, 3]);
const rotaryInputs = {
  positions: g.int64([2, 3], [0, 1, 2, 4, 0, 3]),
  cos: g.float32(
    [5, 2],
    Float32Array.from({ length: 10 }, (_, i) => Math.cos(i * 0.7)),
  ),
  sin: g.float32(
    [5, 2],
    Float32Array.from({ length: 10 }, (_, i) => Math.sin(i * 0.7)),
  ),
};

/** At least one case an operation; broadcasting and transposition where the rule has a branch for them. */
export const opCases: readonly OpCase[] = [
  { name: "add with broadcasting", floats: [[2, 3], [3]], build: ([a, b]) => g.add(a!, b!) },
  {
    name: "add of a product and a bias",
    floats: [[4, 3], [3, 5], [5]],
    build: ([a, b, c]) => g.add(g.matMul(a!, b!), c!),
  },
  {
    name: "add of two products",
    floats: [
      [4, 3],
      [5, 3],
      [4, 2],
      [5, 2],
    ],
    build: ([a, b, c, d]) =>
      g.add(g.matMul(a!, b!, { transposeB: true }), g.matMul(c!, d!, { transposeB: true, alpha: 0.5 })),
  },
  {
    name: "add of a product to itself",
    floats: [
      [2, 3],
      [3, 4],
    ],
    build: ([a, b]) => doubled(g.matMul(a!, b!)),
  },
  {
    name: "sub with broadcasting",
    floats: [
      [2, 1, 4],
      [3, 1],
    ],
    build: ([a, b]) => g.sub(a!, b!),
  },
  {
    name: "mul with broadcasting",
    floats: [
      [2, 3, 4],
      [3, 1],
    ],
    build: ([a, b]) => g.mul(a!, b!),
  },
  { name: "mul of a value with itself", floats: [[2, 3]], build: ([a]) => g.mul(a!, a!) },
  {
    name: "div with broadcasting",
    floats: [
      [2, 3],
      [2, 1],
    ],
    positive: true,
    build: ([a, b]) => g.div(a!, b!),
  },
  { name: "exp", floats: [[5]], build: ([x]) => g.exp(x!) },
  { name: "log", floats: [[5]], positive: true, build: ([x]) => g.log(x!) },
  { name: "sqrt", floats: [[5]], positive: true, build: ([x]) => g.sqrt(x!) },
  { name: "sigmoid", floats: [[5]], build: ([x]) => g.sigmoid(x!) },
  { name: "tanh", floats: [[5]], build: ([x]) => g.tanh(x!) },
  { name: "erf", floats: [[5]], build: ([x]) => erf(x!) },
  { name: "relu", floats: [[2, 5]], build: ([x]) => g.relu(x!) },
  { name: "sign, times x", floats: [[2, 5]], build: ([x]) => g.mul(sign(x!), x!) },
  { name: "silu", floats: [[2, 5]], build: ([x]) => g.silu(x!) },
  { name: "gelu", floats: [[2, 5]], build: ([x]) => g.gelu(x!) },
  { name: "geluTanh", floats: [[2, 5]], build: ([x]) => g.geluTanh(x!) },
  { name: "softcap", floats: [[2, 5]], build: ([x]) => g.softcap(x!, 0.7) },
  { name: "sliceLast", floats: [[2, 3, 5]], build: ([x]) => g.sliceLast(x!, 1, 3) },
  { name: "padLast", floats: [[2, 3, 2]], build: ([x]) => g.padLast(x!, 2, 5) },
  {
    name: "the parts of one product, each used in its own way",
    floats: [
      [2, 3],
      [6, 3],
    ],
    build: ([x, w]) => {
      const y = g.matMul(x!, w!, { transposeB: true });
      return g.mul(g.sliceLast(y, 0, 2), g.mul(g.sliceLast(y, 2, 2), g.sliceLast(y, 4, 2)));
    },
  },
  {
    name: "stopGradient of one of two uses",
    floats: [[2, 3], [3]],
    // d/dx of x·w + stop(0·x): the stopped branch carries a value and no gradient.
    build: ([x, w]) => g.add(g.mul(x!, w!), g.stopGradient(g.mul(x!, g.constant(0)))),
  },
  {
    name: "cast of a dropout mask",
    floats: [[2, 3]],
    others: { mask: g.uint8([2, 3], Uint8Array.of(1, 0, 1, 1, 0, 1)) },
    build: ([x], { mask }) => g.mul(x!, g.cast(mask!, "float32")),
  },
  { name: "sum over two axes", floats: [[2, 3, 4]], build: ([x]) => g.sum(x!, [0, 2]) },
  { name: "mean over the last axis", floats: [[2, 3]], build: ([x]) => g.mean(x!, [1]) },
  { name: "reshape", floats: [[2, 6]], build: ([x]) => g.mul(g.reshape(x!, [3, 4]), g.constant(2)) },
  { name: "expand", floats: [[3, 1]], build: ([x]) => expand(x!, [2, 3, 4]) },
  { name: "transpose of four axes", floats: [[2, 3, 4, 5]], build: ([x]) => g.transpose(x!, [2, 0, 3, 1]) },
  ...[false, true].flatMap((transposeA) =>
    [false, true].map(
      (transposeB): OpCase => ({
        name: `matMul, transposeA ${transposeA}, transposeB ${transposeB}`,
        floats: [transposeA ? [3, 2] : [2, 3], transposeB ? [4, 3] : [3, 4]],
        build: ([a, b]) => g.matMul(a!, b!, { transposeA, transposeB, alpha: 0.7 }),
      }),
    ),
  ),
  ...[false, true].flatMap((transposeA) =>
    [false, true].map(
      (transposeB): OpCase => ({
        name: `batched matMul, transposeA ${transposeA}, transposeB ${transposeB}`,
        floats: [transposeA ? [2, 2, 3, 2] : [2, 2, 2, 3], transposeB ? [2, 2, 4, 3] : [2, 2, 3, 4]],
        build: ([a, b]) => g.matMul(a!, b!, { transposeA, transposeB, alpha: -1.5 }),
      }),
    ),
  ),
  ...[false, true].map(
    (transposed): OpCase => ({
      name: `matMul with a low-rank update, ${transposed ? "transposed" : "as stored"}`,
      floats: [
        [7, 4],
        [5, 4],
        [5, 1],
        [1, 4],
      ].map((shape, i) => (transposed && i > 0 ? [shape[1]!, shape[0]!] : shape)),
      build: ([x, w, b, a]) =>
        transposed
          ? g.matMul(x!, g.add(w!, g.matMul(a!, b!, { alpha: 1.5 })), { alpha: 0.7 })
          : g.matMul(x!, g.add(w!, g.matMul(b!, a!, { alpha: 1.5 })), { transposeB: true, alpha: 0.7 }),
    }),
  ),
  {
    name: "matMul of a value with its own transpose, scaled",
    floats: [[3, 4]],
    build: ([a]) => g.matMul(a!, a!, { transposeB: true, alpha: 0.7 }),
  },
  { name: "softmax", floats: [[2, 3, 4]], build: ([x]) => g.softmax(x!) },
  { name: "layerNorm", floats: [[2, 3, 4], [4], [4]], build: ([x, w, b]) => g.layerNorm(x!, w!, b!, 1e-5) },
  { name: "rmsNorm", floats: [[2, 3, 4], [4]], build: ([x, w]) => g.rmsNorm(x!, w!, 1e-5) },
  {
    name: "rotary",
    floats: [[2, 2, 3, 4]],
    others: rotaryInputs,
    build: ([x], { positions, cos, sin }) => g.rotary(x!, { positions: positions!, cos: cos!, sin: sin! }),
  },
  {
    name: "rotary, inverse",
    floats: [[2, 2, 3, 4]],
    others: rotaryInputs,
    build: ([x], { positions, cos, sin }) =>
      g.rotary(x!, { positions: positions!, cos: cos!, sin: sin! }, true),
  },
  {
    name: "gatherRows with a repeated row",
    floats: [[4, 3]],
    others: { indices: g.int64([3], [1, 3, 1]) },
    build: ([table], { indices }) => g.gatherRows(table!, indices!),
  },
  {
    name: "scatterAddRows with a repeated row",
    floats: [[3, 2]],
    others: { indices: g.int64([3], [1, 3, 1]) },
    build: ([updates], { indices }) => scatterAddRows(updates!, indices!, 5),
  },
  {
    name: "gatherColumns",
    floats: [[3, 4]],
    others: { labels },
    build: ([x], { labels: at }) => gatherColumns(x!, at!),
  },
  {
    name: "addToColumns",
    floats: [[3, 4], [3]],
    others: { labels },
    build: ([x, amounts], { labels: at }) => addToColumns(x!, at!, amounts!),
  },
  {
    name: "crossEntropy",
    floats: [[3, 4]],
    others: { labels },
    build: ([logits], { labels: at }) => g.crossEntropy(logits!, at!),
  },
  {
    name: "argMax, used to pick rows",
    floats: [
      [4, 3],
      [3, 4],
    ],
    build: ([table, scores]) => g.mul(g.gatherRows(table!, g.argMax(scores!)), g.mean(scores!, [1])),
  },
  {
    name: "decode4bit with a short last block, in a product",
    floats: [[2, 6]],
    others: {
      codes: g.uint8(
        [15],
        Uint8Array.from({ length: 15 }, (_, i) => i * 17),
      ),
      absmax: g.float32([4], Float32Array.of(0.5, 1, 2, 0.25)),
    },
    build: ([x], { codes, absmax }) => {
      const levels = Array.from({ length: 16 }, (_, i) => Math.fround(Math.sin(i)));
      return g.matMul(x!, g.decode4bit(codes!, absmax!, { levels, blockSize: 8, shape: [6, 5] }));
    },
  },
];

function doubled(x: Value): Value {
  return g.add(x, x);
}
