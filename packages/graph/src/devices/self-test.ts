import { type ComputeDtype, unitRoundoff } from "../compute-dtype.ts";
import { gradient } from "../gradient.ts";
import { interpret } from "../interpreter/runtime.ts";
import { argMax, gatherRows, input, reshape, transpose } from "../ops/arrays.ts";
import { add, cast, mean, mul } from "../ops/elementwise.ts";
import { matMul } from "../ops/mat-mul.ts";
import { crossEntropy, gelu, layerNorm, rmsNorm, rotary, silu, softmax } from "../ops/network.ts";
import { type Program, program } from "../program.ts";
import type { Runtime, Tensors } from "../runtime.ts";
import { float32, int64, type Shape, sizeOf, type Tensor, uint8 } from "../tensor.ts";
import type { Value } from "../value.ts";

/** Largest allowed relative error in float32. Another summation order gives a tenth of it, TF32 ten times. */
const TOLERANCE = 1e-4;

/**
 * Largest allowed error in half precision, in unit roundoffs. TensorFlow sums in float32 and is exact; WebGPU, in
 * float16, is off by 14; unrounded float32 by 34.
 */
const ROUNDOFFS = 32;

export interface SelfTest {
  readonly passed: boolean;
  /** Largest error over all outputs, relative to the output's largest element; NaN if any output has NaN. */
  readonly error: number;
  readonly detail: string;
}

/** Compares a small LoRA step on `runtime` with the float64 interpreter. Throws the runtime's errors. */
export async function selfTest(runtime: Runtime): Promise<SelfTest> {
  const program = selfTestProgram();
  const feeds = selfTestFeeds();
  const { computeDtype = "float32" } = runtime;
  const exact = interpret(program, feeds, computeDtype);
  const executable = await runtime.compile(program);
  let worst = { name: "", error: 0 };
  try {
    const outputs = await executable.run(feeds);
    for (const name of Object.keys(program.outputs)) {
      const error = relativeError(outputs[name]!.data, exact[name]!.data);
      // NaN is the worst error; no comparison holds for it.
      if (Number.isNaN(error)) worst = { name, error };
      else if (error > worst.error) worst = { name, error };
    }
  } finally {
    await executable.dispose();
  }
  const { name, error } = worst;
  const passed = error <= toleranceOf(computeDtype);
  const products = computeDtype === "float32" ? "" : ` with ${computeDtype} products`;
  const detail = passed
    ? `self-test passed: a LoRA step${products} within ${error.toExponential(0)} of float64`
    : `self-test failed: ${name} of a LoRA step${products} is off by ${error.toExponential(1)} of its largest element`;
  return { passed, error, detail };
}

function toleranceOf(computeDtype: ComputeDtype): number {
  return computeDtype === "float32" ? TOLERANCE : ROUNDOFFS * unitRoundoff[computeDtype];
}

function relativeError(actual: ArrayLike<number | bigint>, exact: Float64Array): number {
  let largest = 0;
  let difference = 0;
  for (let i = 0; i < exact.length; i++) {
    largest = Math.max(largest, Math.abs(exact[i]!));
    difference = Math.max(difference, Math.abs(Number(actual[i]) - exact[i]!));
  }
  return difference / Math.max(largest, Number.MIN_VALUE);
}

const [batch, seq, heads, headDim, rank, inner, classes] = [2, 6, 2, 8, 3, 24, 5];
const [rows, hidden, half] = [batch * seq, heads * headDim, headDim / 2];

/** Differentiated inputs: the adapters, as in a LoRA step, and x. */
const trained: Readonly<Record<string, Shape>> = {
  x: [rows, hidden],
  queryA: [rank, hidden],
  queryB: [hidden, rank],
  head: [classes, hidden],
};

const frozen: Readonly<Record<string, Shape>> = {
  query: [hidden, hidden],
  key: [hidden, hidden],
  value: [hidden, hidden],
  up: [inner, hidden],
  down: [hidden, inner],
  rmsWeight: [hidden],
  weight: [hidden],
  bias: [hidden],
  mask: [batch, 1, seq, seq],
  cos: [seq, half],
  sin: [seq, half],
};

/** Small LoRA step, with operations that providers got wrong: transposed products, rows by integers, one-hot rows. */
export function selfTestProgram(): Program {
  const declare = (shapes: Readonly<Record<string, Shape>>) =>
    Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, input(name, shape)]));
  const { x, queryA, queryB, head } = declare(trained) as Record<string, Value>;
  const w = declare(frozen) as Record<string, Value>;
  const positions = input("positions", [batch, seq], "int64");
  const labels = input("labels", [batch], "int64");
  const queryRows = input("queryRows", [batch], "int64");
  const dropoutMask = cast(input("dropoutMask", [rows, hidden], "uint8"), "float32");

  const normed = rmsNorm(x!, w.rmsWeight!, 1e-5);
  const low = matMul(mul(normed, dropoutMask), queryA!, { transposeB: true }); // [rows, rank]
  const query = add(
    matMul(normed, w.query!, { transposeB: true }),
    matMul(low, queryB!, { transposeB: true, alpha: 2 }),
  );
  const tables = { positions, cos: w.cos!, sin: w.sin! };
  const q = rotary(splitHeads(query), tables);
  const k = rotary(splitHeads(matMul(normed, w.key!, { transposeB: true })), tables);
  const v = splitHeads(matMul(normed, w.value!));
  const scores = matMul(q, k, { transposeB: true, alpha: 1 / Math.sqrt(headDim) });
  const mixed = matMul(softmax(add(scores, w.mask!)), v); // [batch, heads, seq, headDim]
  const attended = add(x!, reshape(transpose(mixed, [0, 2, 1, 3]), [rows, hidden]));
  const middle = matMul(layerNorm(attended, w.weight!, w.bias!, 1e-5), w.up!, { transposeB: true });
  const y = add(attended, matMul(mul(silu(middle), gelu(middle)), w.down!, { transposeB: true }));
  const logits = matMul(gatherRows(y, queryRows), head!, { transposeB: true });
  const loss = mean(crossEntropy(logits, labels), [0]);
  const gradients = gradient(loss, [x!, queryA!, queryB!, head!]);
  const named = Object.keys(trained).map((name, i) => [`d.${name}`, gradients[i]!] as const);
  return program({ y, loss, predictions: argMax(logits), ...Object.fromEntries(named) });
}

/** Input values without regular patterns, so that wrong transpositions show. */
export function selfTestFeeds(): Tensors {
  const feeds: Record<string, Tensor> = {
    positions: int64(
      [batch, seq],
      Array.from({ length: rows }, (_, i) => i % seq),
    ),
    labels: int64([batch], [3, 0]),
    queryRows: int64([batch], [seq - 1, rows - 2]),
    dropoutMask: uint8(
      [rows, hidden],
      Uint8Array.from({ length: rows * hidden }, (_, i) => +((i * 7) % 10 > 0)),
    ),
  };
  Object.entries({ ...trained, ...frozen }).forEach(([name, shape], i) => {
    feeds[name] = filled(shape, (j) => Math.sin(1 + i + 0.7 * (i + 1) * j));
  });
  const angle = (j: number): number => Math.floor(j / half) * 10 ** -(j % half);
  feeds.cos = filled([seq, half], (j) => Math.cos(angle(j)));
  feeds.sin = filled([seq, half], (j) => Math.sin(angle(j)));
  feeds.mask = filled([batch, 1, seq, seq], (j) => (j % seq <= Math.floor(j / seq) % seq ? 0 : -1e9));
  return feeds;
}

function filled(shape: Shape, element: (index: number) => number): Tensor {
  return float32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, index) => element(index)),
  );
}

/** Splits heads: `[rows, hidden]` → `[batch, heads, seq, headDim]`. */
function splitHeads(x: Value): Value {
  return transpose(reshape(x, [batch, seq, heads, headDim]), [0, 2, 1, 3]);
}

/** Seconds for a feed-forward layer's two large products: 8.6 · 10⁹ operations, best of three runs. */
export async function secondsOfProducts(runtime: Runtime): Promise<number> {
  const [rows, hidden, inner] = [512, 1024, 4096];
  const up = input("up", [inner, hidden]);
  const down = input("down", [hidden, inner]);
  const x = input("x", [rows, hidden]);
  const y = matMul(matMul(x, up, { transposeB: true }), down, { transposeB: true });
  const weights = { up: float32(up.shape), down: float32(down.shape) };
  const bound = runtime.bindsConstants === true;
  const executable = await runtime.compile(program({ y }), bound ? { constants: weights } : {});
  const feeds = { x: float32(x.shape), ...(bound ? {} : weights) };
  let best = Number.POSITIVE_INFINITY;
  await executable.run(feeds); // compiles shaders, allocates
  for (let i = 0; i < 3; i++) {
    const start = performance.now();
    await executable.run(feeds);
    best = Math.min(best, (performance.now() - start) / 1000);
  }
  await executable.dispose();
  return best;
}
