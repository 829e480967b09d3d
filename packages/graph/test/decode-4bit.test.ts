import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { generatedModule } from "../scripts/build-wasm.ts";
import { DecodeArena } from "../src/decode-4bit/arena.ts";
import { canMultiply, ProductArena } from "../src/decode-4bit/product.ts";
import * as devices from "../src/devices.ts";
import * as g from "./graph.ts";
import { nf4 } from "./nf4.ts";
import { runtimes } from "./runtimes.ts";

/** Levels without a pattern that a wrong byte order or nibble order would survive. */
const levels = Array.from({ length: 16 }, (_, i) => Math.fround(Math.sin(1 + i * 1.7)));

function coded(size: number, blockSize: number) {
  return {
    size,
    blockSize,
    levels,
    codes: Uint8Array.from({ length: Math.ceil(size / 2) }, (_, i) => (i * 89 + 7) & 255),
    absmax: Float32Array.from(
      { length: Math.ceil(size / blockSize) },
      (_, i) => 0.01 + Math.abs(Math.sin(i)),
    ),
  };
}

/** The definition, a weight at a time. */
function expected({ size, blockSize, codes, absmax }: ReturnType<typeof coded>): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => {
    const code = (codes[i >> 1]! >> (i % 2 === 0 ? 4 : 0)) & 15;
    return levels[code]! * absmax[Math.floor(i / blockSize)]!;
  });
}

const sizes = [
  [4096, 64, "whole blocks"],
  [4096 + 10, 64, "a short last block"],
  [33, 64, "less than a block, an odd number of weights"],
  [640, 32, "the smallest blocks of bitsandbytes"],
  [8192, 4096, "the largest blocks of bitsandbytes"],
  [96, 6, "blocks that the kernel does not take"],
] as const;

describe("DecodeArena", () => {
  test("the committed module is that of decode-4bit.wat", async () => {
    const committed = readFileSync(new URL("../src/decode-4bit/wasm.ts", import.meta.url), "utf8");
    expect(await generatedModule()).toBe(committed);
  });

  test.each(sizes)("%i weights in blocks of %i, bit for bit: %s", (size, blockSize) => {
    const one = coded(size, blockSize);
    const [found] = new DecodeArena().decode([one]);
    expect([...found!]).toEqual([...expected(one)]);
  });

  test("several weights at once do not disturb each other, and a larger call makes room", () => {
    const arena = new DecodeArena();
    arena.decode([coded(64, 64)]);
    const all = [coded(100_000, 64), coded(70, 32), coded(50_000, 128)];
    expect(arena.decode(all).map((found) => [...found])).toEqual(all.map((one) => [...expected(one)]));
  });
});

describe("decode4bit", () => {
  const build = (size: number, blockSize: number) => {
    const blocks = Math.ceil(size / blockSize);
    const codes = g.input("codes", [Math.ceil(size / 2)], "uint8");
    const weight = g.decode4bit(codes, g.input("absmax", [blocks]), { levels, blockSize, shape: [size] });
    return { codes, weight };
  };
  const feedsOf = ({ codes, absmax }: ReturnType<typeof coded>) => ({
    codes: g.uint8([codes.length], codes),
    absmax: g.float32([absmax.length], absmax),
  });

  describe.each(runtimes.map((each) => [each.title, each] as const))("on %s", (_, { missing, make }) => {
    test.skipIf(missing).each(sizes)("%i weights in blocks of %i: %s", async (size, blockSize) => {
      const one = coded(size, blockSize);
      const { weight } = build(size, blockSize);
      const executable = await (await make()).compile(g.program({ weight }));
      const { weight: found } = await executable.run(feedsOf(one));
      expect([...found!.data]).toEqual([...expected(one)]);
      await executable.dispose();
    });
  });

  test.each(sizes)(
    "%i weights in blocks of %i by onnxruntime's own operators: %s",
    async (size, blockSize) => {
      // Codes that come from inside the graph cannot be decoded before it runs; here they pass a slice of nothing.
      const one = coded(size, blockSize);
      const absmax = g.input("absmax", [one.absmax.length]);
      const codes = g.reshape(g.input("codes", [one.codes.length, 1], "uint8"), [one.codes.length]);
      const weight = g.decode4bit(codes, absmax, { levels, blockSize, shape: [size] });
      const executable = await (await devices.onnxRuntime()).compile(g.program({ weight }));
      const feeds = { ...feedsOf(one), codes: g.uint8([one.codes.length, 1], one.codes) };
      expect([...(await executable.run(feeds)).weight!.data]).toEqual([...expected(one)]);
    },
  );

  test("two runs of one program at once each have weights of their own", async () => {
    const { weight } = build(4096, 64);
    const executable = await (await devices.onnxRuntime()).compile(
      g.program({ y: g.mul(weight, g.constant(2)) }),
    );
    const one = coded(4096, 64);
    const other = { ...one, absmax: one.absmax.map((x) => 3 * x) };
    const [a, b] = await Promise.all([one, other].map((each) => executable.run(feedsOf(each))));
    expect([...a!.y!.data]).toEqual([...expected(one)].map((x) => Math.fround(2 * x)));
    expect([...b!.y!.data]).toEqual([...expected(other)].map((x) => Math.fround(2 * x)));
  });

  describe.each(runtimes.map((each) => [each.title, each] as const))(
    "on %s",
    (_, { missing, make, tolerance }) => {
      test.skipIf(missing)("products that may decode it give those of the decoded weight", async () => {
        const runtime = await make();
        const one = { ...coded(640, 32), levels: nf4 };
        const build = (product: "nf4" | undefined) => {
          const [x, codes] = [g.input("x", [3, 32]), g.input("codes", [320], "uint8")];
          const options = { levels: nf4, blockSize: 32, shape: [20, 32], product };
          const w = g.decode4bit(codes, g.input("absmax", [20]), options);
          const y = g.add(g.matMul(x, w, { transposeB: true }), g.input("residual", [3, 20]));
          // Where something else reads it too, it is decoded for both.
          const doubledProduct = g.matMul(x, g.mul(w, g.constant(2)), { transposeB: true });
          return { y, doubledProduct };
        };
        const feeds = {
          ...feedsOf(one),
          x: g.float32(
            [3, 32],
            Float32Array.from({ length: 96 }, (_, i) => Math.sin(i) / 8),
          ),
          residual: g.float32(
            [3, 20],
            Float32Array.from({ length: 60 }, (_, i) => Math.cos(i)),
          ),
        };
        for (const outputs of [["y"], ["y", "doubledProduct"]] as const) {
          const results = await Promise.all(
            (["nf4", undefined] as const).map(async (product) => {
              const made = build(product);
              const program = g.program(Object.fromEntries(outputs.map((name) => [name, made[name]])));
              const executable = await runtime.compile(program);
              const found = await executable.run(feeds);
              await executable.dispose();
              return outputs.flatMap((name) => [...(found[name]!.data as Float32Array)]);
            }),
          );
          results[0]!.forEach((value, i) => {
            expect(Math.abs(value - results[1]![i]!)).toBeLessThan(tolerance);
          });
        }
      });
    },
  );

  test("a product on onnxruntime's CPU decodes the weight itself, unless something else reads it too", () => {
    const [x, codes] = [g.input("x", [3, 32]), g.input("codes", [320], "uint8")];
    const options = { levels: nf4, blockSize: 32, shape: [20, 32], product: "nf4" } as const;
    const w = g.decode4bit(codes, g.input("absmax", [20]), options);
    const y = g.matMul(x, w, { transposeB: true });
    const operators = (program: g.Program, portable = false) =>
      new TextDecoder("latin1").decode(g.toOnnx(program, { portable })).includes("MatMulBnb4");
    expect(operators(g.program({ y }))).toBe(true);
    expect(operators(g.program({ y }), true)).toBe(false);
    expect(operators(g.program({ y, w }))).toBe(false);
    expect(operators(g.program({ y, z: g.mul(w, w) }))).toBe(false);
    expect(operators(g.program({ y, z: g.matMul(x, w, { transposeB: true, alpha: 2 }) }))).toBe(false);
    expect(operators(g.program({ z: g.matMul(g.input("u", [3, 20]), w) }))).toBe(false);
    expect(operators(g.program({ z: g.matMul(w, g.input("u", [4, 32]), { transposeB: true }) }))).toBe(false);
  });

  test("says which codes and absmax it needs", () => {
    const codes = g.input("codes", [30], "uint8");
    expect(() => g.decode4bit(codes, g.input("a", [1]), { levels, blockSize: 64, shape: [8, 8] })).toThrow(
      "decode4bit to [8,8] needs codes uint8[32], got uint8[30]",
    );
    const enough = g.input("codes", [32], "uint8");
    expect(() => g.decode4bit(enough, g.input("a", [2]), { levels, blockSize: 64, shape: [8, 8] })).toThrow(
      "decode4bit to [8,8] needs absmax float32[1], got float32[2]",
    );
  });

  test("has no gradient of its own, and lets that of x pass", async () => {
    const x = g.input("x", [2, 8]);
    const codes = g.input("codes", [32], "uint8");
    const w = g.decode4bit(codes, g.input("absmax", [1]), { levels, blockSize: 64, shape: [8, 8] });
    const [dx] = g.gradient(g.sum(g.matMul(x, w), [0, 1]), [x]);
    const one = coded(64, 64);
    const executable = await (await devices.onnxRuntime()).compile(g.program({ dx: dx! }));
    const { dx: found } = await executable.run(feedsOf(one));
    const weights = expected(one);
    const rowSum = (row: number): number =>
      weights.subarray(row * 8, row * 8 + 8).reduce((sum, weight) => sum + weight, 0);
    for (let i = 0; i < 16; i++) expect(g.floats(found!)[i]).toBeCloseTo(rowSum(i % 8), 5);
  });
});

describe("ProductArena", () => {
  test.each([
    [1, 64, 3, 64],
    [1, 576, 50, 64],
    [3, 128, 7, 32],
    [2, 256, 5, 128],
  ])(
    "%i rows of %i times %i outputs in blocks of %i agree with float64 sums",
    (rows, inDim, outDim, blockSize) => {
      const weight = coded(inDim * outDim, blockSize);
      const x = Float32Array.from({ length: rows * inDim }, (_, i) => Math.cos(i * 0.7));
      const y = new ProductArena().multiply(x, inDim, weight);
      const w = expected(weight);
      expect(y).toHaveLength(rows * outDim);
      y.forEach((actual, at) => {
        const [row, out] = [Math.floor(at / outDim), at % outDim];
        let exact = 0;
        for (let i = 0; i < inDim; i++) exact += x[row * inDim + i]! * w[out * inDim + i]!;
        expect(Math.abs(actual - exact)).toBeLessThan(2 ** -21 * inDim);
      });
    },
  );

  test("takes blocks that do not cross rows, of a multiple of 32", () => {
    expect([canMultiply(576, 64), canMultiply(64, 64), canMultiply(1024, 4096), canMultiply(96, 6)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
