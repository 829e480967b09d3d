import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type BlockSize,
  dequantize4bit,
  type Format4bit,
  levels4bit,
  quantize4bit,
  restoreAbsmax,
} from "../src/index.ts";
import { blockSizes } from "../src/quantized.ts";
import { normalDraws } from "./normal-draws.ts";

const formats: readonly Format4bit[] = ["nf4", "fp4"];
// Half the widest gap between levels. NF4: (1 - 0.69619) / 2. FP4: (1 - 2/3) / 2.
const largestError = { nf4: 0.1519036, fp4: 0.1666667 };

const weightArrays = fc
  .float32Array({ minLength: 1, maxLength: 200, noNaN: true, noDefaultInfinity: true })
  .filter((weights) => weights.every((weight) => Math.abs(weight) < 1e30));

describe("quantize4bit to NF4", () => {
  test("packs the even element into the high nibble", () => {
    // absmax 2: 2 / 2 = 1 is code 15, -2 / 2 = -1 is code 0, 0 is code 7
    const { codes, absmax } = quantize4bit(Float32Array.of(2, -2, 0, 2));
    expect([...codes]).toEqual([0xf0, 0x7f]);
    expect(absmax).toEqual({ kind: "float32", values: Float32Array.of(2) });
  });
  test("fills the last low nibble of an odd length with the code of zero", () => {
    expect([...quantize4bit(Float32Array.of(1)).codes]).toEqual([0xf7]);
    expect([...quantize4bit(Float32Array.of(1), { format: "fp4" }).codes]).toEqual([0x30]);
  });
  test("gives each block its own absmax, and a short last block too", () => {
    const weights = new Float32Array(40).fill(0.5);
    weights[3] = -4;
    weights[39] = 8;
    const { absmax } = quantize4bit(weights, { blockSize: 32 });
    expect(restoreAbsmax(absmax)).toEqual(Float32Array.of(4, 8));
  });
  test("multiplies by a float32 reciprocal: a division would give another code here", () => {
    // Found by search: 1 / absmax rounds down, and the product falls on the bound itself, where the lower code wins.
    const [absmax, weight] = findReciprocalCase();
    const weights = new Float32Array(64);
    weights[0] = absmax;
    weights[1] = weight;
    const low = quantize4bit(weights).codes[0]! & 15;
    const bound = Math.fround((Math.fround(0.7229568362236023) + 1) / 2);
    expect(Math.fround(weight / absmax)).toBeGreaterThan(bound); // a division: code 15
    expect(low).toBe(14);
  });
  test("but divides in a short last block, as bitsandbytes does on a CPU", () => {
    expect(quantize4bit(Float32Array.of(...findReciprocalCase())).codes[0]! & 15).toBe(15);
  });
  test("does not read the weights of a neighbour: blocks quantise alone as together", () => {
    const weights = normalDraws(256, 3);
    const together = quantize4bit(weights);
    for (let block = 0; block < 4; block++) {
      const alone = quantize4bit(weights.subarray(64 * block, 64 * block + 64));
      expect(together.codes.subarray(32 * block, 32 * block + 32)).toEqual(alone.codes);
    }
  });
});

describe.each(formats)("%s", (format) => {
  test("quantising the levels is exact, at any absmax", () => {
    for (const absmax of [1, 0.75, 3e-3, 1e20].map(Math.fround)) {
      const weights = levels4bit(format).map((level) => level * absmax);
      const restored = dequantize4bit(quantize4bit(weights, { format }));
      // + 0 makes FP4's minus zero plain: its sign is not kept, since both zeros are one weight
      expect(restored.map((weight) => weight + 0)).toEqual(weights.map((weight) => weight + 0));
    }
  });
  test("quantising twice changes nothing", () => {
    const weights = normalDraws(1000, 4, 0.02);
    const once = dequantize4bit(quantize4bit(weights, { format }));
    const twice = dequantize4bit(quantize4bit(once, { format }));
    expect(twice.map((weight) => weight + 0)).toEqual(once.map((weight) => weight + 0)); // minus zero, as above
  });
  test("errs by no more than half the widest gap times the absmax of the block", () => {
    fc.assert(
      fc.property(weightArrays, fc.constantFrom<BlockSize>(32, 64, 128), (weights, blockSize) => {
        const quantized = quantize4bit(weights, { format, blockSize });
        const absmaxes = restoreAbsmax(quantized.absmax);
        const restored = dequantize4bit(quantized);
        return weights.every((weight, i) => {
          const absmax = absmaxes[Math.floor(i / blockSize)]!;
          // 1e-38: below it neither 1 / absmax nor the levels times absmax are float32 numbers of full precision
          return Math.abs(restored[i]! - weight) <= largestError[format] * absmax * (1 + 1e-6) + 1e-38;
        });
      }),
      { numRuns: 300, seed: 2 },
    );
  });
  test("scaling by a power of two scales the absmax and leaves the codes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: -60, max: 60 }), (seed, exponent) => {
        const weights = normalDraws(100, seed);
        const scale = 2 ** exponent;
        const plain = quantize4bit(weights, { format });
        const scaled = quantize4bit(
          weights.map((weight) => weight * scale),
          { format },
        );
        expect(scaled.codes).toEqual(plain.codes);
        expect(restoreAbsmax(scaled.absmax)).toEqual(
          restoreAbsmax(plain.absmax).map((value) => value * scale),
        );
      }),
      { numRuns: 100, seed: 3 },
    );
  });
  test("restores zeros as zeros", () => {
    const restored = dequantize4bit(quantize4bit(new Float32Array(200), { format }));
    expect(restored.every((weight) => weight === 0)).toBe(true);
  });
});

describe("quantize4bit", () => {
  test.each(blockSizes)("takes blocks of %i", (blockSize) => {
    const length = 4096 + 32;
    const { absmax } = quantize4bit(normalDraws(length, 5), { format: "nf4", blockSize });
    expect(restoreAbsmax(absmax)).toHaveLength(Math.ceil(length / blockSize));
  });
  test.each([
    [Number.NaN, "weights must be finite, got NaN at index 70"],
    [Number.POSITIVE_INFINITY, "weights must be finite, got Infinity at index 70"],
    [Number.NEGATIVE_INFINITY, "weights must be finite, got -Infinity at index 70"],
  ])("rejects %d and says where it is", (bad, message) => {
    const weights = normalDraws(100, 6);
    weights[70] = bad;
    expect(() => quantize4bit(weights)).toThrow(expect.objectContaining({ code: "E_QUANTIZE", message }));
  });
  test("names all wrong options at once", () => {
    const wrong = { format: "int4" as Format4bit, blockSize: 48 as BlockSize };
    expect(() => quantize4bit(new Float32Array(0), wrong)).toThrow(
      expect.objectContaining({
        code: "E_QUANTIZE",
        message:
          "blockSize must be one of 32, 64, 128, 256, 512, 1024, 2048, 4096, got 48\n" +
          'format must be "nf4" or "fp4", got "int4"\n' +
          "weights must hold at least one value, got 0",
      }),
    );
  });
  test("NF4 is the format of weights for which none is named", () => {
    const weights = normalDraws(100, 7);
    const options = { blockSize: 32, doubleQuant: true } as const;
    expect(quantize4bit(weights, options)).toEqual(quantize4bit(weights, { ...options, format: "nf4" }));
  });
});

/** An absmax and a weight whose ratio lies above NF4's top bound, but not so weight times the reciprocal. */
function findReciprocalCase(): readonly [number, number] {
  const bound = Math.fround((Math.fround(0.7229568362236023) + 1) / 2);
  for (let step = 1; step < 10_000; step++) {
    const absmax = Math.fround(1 + step * 2 ** -14);
    const reciprocal = Math.fround(1 / absmax);
    for (let ulps = -4; ulps <= 4; ulps++) {
      const weight = Math.fround(bound * absmax + ulps * 2 ** -24);
      if (Math.fround(weight / absmax) > bound && Math.fround(weight * reciprocal) <= bound)
        return [absmax, weight];
    }
  }
  throw new Error("no such case");
}
