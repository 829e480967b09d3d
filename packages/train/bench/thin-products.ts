/**
 * What it would save to compute the thin LoRA products of layers that read the same input (q, k, v; gate, up) as one.
 *
 *     node --conditions=@lorank/source --import tsx bench/thin-products.ts [--threads 1] [--rounds 300]
 *
 * The three kinds of product that A takes part in: x Aᵀ, the gradient towards x, the gradient of A. Apart and as one run
 * in turn; figures are the fastest run, set against the base's products of the same layers in a step, which are twice
 * x Wᵀ (forward, gradient towards x).
 */
import { parseArgs } from "node:util";
import { float32, ops, program, type Value } from "@lorank/graph";
import { onnxRuntime } from "@lorank/graph/devices";

const { values } = parseArgs({
  options: { threads: { type: "string", default: "1" }, rounds: { type: "string", default: "300" } },
});
const runtime = await onnxRuntime({ threads: Number(values.threads) });
const rows = 512;
const rank = 8;
const cases = {
  "MiniLM q, k, v": { inDim: 384, outDims: [384, 384, 384] },
  "SmolLM2 q, k, v": { inDim: 576, outDims: [576, 192, 192] },
  "SmolLM2 gate, up": { inDim: 576, outDims: [1536, 1536] },
};

for (const [name, { inDim, outDims }] of Object.entries(cases)) {
  const x = ops.input("x", [rows, inDim]);
  const dx = ops.input("dx", [rows, inDim]);
  const wide = rank * outDims.length;
  const all = { a: ops.input("a", [wide, inDim]), low: ops.input("low", [rows, wide]) };
  const each = outDims.map((_, i) => ({
    a: ops.input(`a${i}`, [rank, inDim]),
    low: ops.input(`low${i}`, [rows, rank]),
  }));
  const outputs = (made: Value[]) => program(Object.fromEntries(made.map((value, i) => [`y${i}`, value])));
  const of = (layers: readonly (typeof all)[]) => [
    outputs(layers.map(({ a }) => ops.matMul(x, a, { transposeB: true }))),
    outputs([layers.reduce((sum, { a, low }) => ops.add(ops.matMul(low, a), sum), dx)]),
    outputs(layers.map(({ low }) => ops.matMul(low, x, { transposeA: true }))),
  ];
  const base = outDims.map((out, i) => ops.matMul(x, ops.input(`w${i}`, [out, inDim]), { transposeB: true }));
  const [apart, together, plain] = await fastest([of(each), of([all]), [outputs(base)]]);
  console.log(
    `${name}: apart ${ms(apart!)}, as one ${ms(together!)}: saves ${ms(apart! - together!)}, ` +
      `${((100 * (apart! - together!)) / (2 * plain!)).toFixed(1)} % of the base's products ${ms(2 * plain!)}`,
  );
}

/** Fewest milliseconds of each group of programs, added up over the group. */
async function fastest(groups: readonly (readonly ReturnType<typeof program>[])[]): Promise<number[]> {
  const compiled = await Promise.all(
    groups.map((group) =>
      Promise.all(
        group.map(async (one) => ({
          run: await runtime.compile(one),
          feeds: Object.fromEntries(
            one.inputs.map(({ name, value: { shape } }) => [
              name,
              float32(
                shape,
                Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i)),
              ),
            ]),
          ),
          best: Number.POSITIVE_INFINITY,
        })),
      ),
    ),
  );
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const one of compiled.flat()) {
      const start = performance.now();
      await one.run.run(one.feeds);
      one.best = Math.min(one.best, performance.now() - start);
    }
  }
  return compiled.map((group) => group.reduce((sum, { best }) => sum + best, 0));
}

function ms(milliseconds: number): string {
  return `${milliseconds.toFixed(2)} ms`;
}
