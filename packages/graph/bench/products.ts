/**
 * Rates of onnxruntime's matrix products in the sizes and layouts of a training step, on one and on two threads.
 *
 *     node --conditions=@lorank/source --import tsx bench/products.ts [--rounds 60]
 *
 * Programs take turns. Each computes so many products, with matrices of their own, that starting it counts for little. A
 * rate is that of the median run, and its share is of the fastest rate of the same number of threads.
 */
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { onnxRuntime } from "../src/devices.ts";
import { float32, ops, program, type Value } from "../src/index.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "60" } } });
const rounds = Number(values.rounds);
/** Work of a program, at least. */
const leastFlop = 200e6;

interface Product {
  readonly name: string;
  /** Sizes of [m, k] × [k, n]. */
  readonly sizes: readonly [m: number, k: number, n: number];
  readonly batch?: number;
  readonly transposed?: "a" | "b";
  /** What follows the product in the same program. */
  readonly after?: (product: Value) => Value;
}

const layouts = (name: string, m: number, k: number, n: number): Product[] => [
  { name: `${name}, x Wᵀ`, sizes: [m, k, n], transposed: "b" },
  { name: `${name}, dy W`, sizes: [m, n, k] },
];
const products: readonly Product[] = [
  { name: "1,024 × 1,024 × 1,024", sizes: [1024, 1024, 1024] },
  ...layouts("starter 8 × 96, attention", 768, 192, 192),
  ...layouts("starter 8 × 96, feed-forward", 768, 192, 512),
  ...layouts("starter 16 × 128, feed-forward", 2048, 192, 512),
  ...layouts("MiniLM 4 × 128, feed-forward", 512, 384, 1536),
  ...layouts("SmolLM2 4 × 128, feed-forward", 512, 576, 1536),
  {
    ...{ name: "starter 8 × 96, feed-forward, x Wᵀ, then SiLU", sizes: [768, 192, 512], transposed: "b" },
    after: (product) => ops.mul(product, ops.sigmoid(product)),
  },
  { name: "scores of starter 8 × 96, 48 heads", sizes: [96, 32, 96], batch: 48, transposed: "b" },
  { name: "LoRA, rank 8, x Aᵀ", sizes: [768, 192, 8], transposed: "b" },
  { name: "LoRA, rank 8, (x Aᵀ) Bᵀ", sizes: [768, 8, 512], transposed: "b" },
  { name: "LoRA, rank 8, gradient of A", sizes: [8, 768, 192], transposed: "a" },
];

const rates = [await measured(1), await measured(2)];
console.log(
  `${cpus()[0]?.model} × ${cpus().length}, load ${loadavg()[0]!.toFixed(1)}, Node ${process.version}, GFLOP/s`,
);
console.log("| product | one thread | of the fastest | two threads | of the fastest |");
console.log("| --- | --: | --: | --: | --: |");
for (const [i, { name }] of products.entries()) {
  const cells = rates.map(
    (all) => `${all[i]!.toFixed(0)} | ${((100 * all[i]!) / Math.max(...all)).toFixed(0)} %`,
  );
  console.log(`| ${name} | ${cells.join(" | ")} |`);
}

/** Rates in GFLOP/s. */
async function measured(threads: number): Promise<number[]> {
  const runtime = await onnxRuntime({ threads });
  const compiled = await Promise.all(
    products.map(async ({ sizes: [m, k, n], batch, transposed, after = (product) => product }) => {
      const stack = batch === undefined ? [] : [batch];
      const flop = 2 * (batch ?? 1) * m * k * n;
      const copies = Array.from({ length: Math.ceil(leastFlop / flop) }, (_, i) => {
        const a = ops.input(`a${i}`, [...stack, ...(transposed === "a" ? [k, m] : [m, k])]);
        const b = ops.input(`b${i}`, [...stack, ...(transposed === "b" ? [n, k] : [k, n])]);
        const product = ops.matMul(a, b, { transposeA: transposed === "a", transposeB: transposed === "b" });
        return { [`a${i}`]: a, [`b${i}`]: b, [`y${i}`]: after(product) };
      });
      const all: Readonly<Record<string, Value>> = Object.assign({}, ...copies);
      const tensorsOf = (letters: string) =>
        Object.fromEntries(
          Object.entries(all)
            .filter(([name]) => letters.includes(name[0]!))
            .map(([name, { shape }]) => [name, float32(shape, filled(shape))]),
        );
      const outputs = Object.fromEntries(Object.entries(all).filter(([name]) => name.startsWith("y")));
      return {
        run: await runtime.compile(program(outputs)),
        feeds: tensorsOf("ab"),
        into: tensorsOf("y"),
        flop: flop * copies.length,
        seconds: [] as number[],
      };
    }),
  );
  for (let round = -5; round < rounds; round++)
    for (const { run, feeds, into, seconds } of compiled) {
      const start = performance.now();
      await run.run(feeds, into);
      if (round >= 0) seconds.push((performance.now() - start) / 1000);
    }
  return compiled.map(({ flop, seconds }) => flop / seconds.sort((a, b) => a - b)[rounds >> 1]! / 1e9);
}

function filled(shape: readonly number[]): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: shape.reduce((x, y) => x * y, 1) }, (_, i) => Math.sin(i));
}
