import { describe, expect, test } from "vitest";
import { compressAbsmax, dynamicLevels } from "../src/double-quant.ts";
import { dequantize4bit, errorFigures, quantize4bit, restoreAbsmax } from "../src/index.ts";
import { normalDraws } from "./normal-draws.ts";

describe("compressAbsmax", () => {
  test("takes the mean off, so equal values come back exactly", () => {
    const values = new Float32Array(300).fill(0.0625);
    const compressed = compressAbsmax(values);
    expect(compressed.offset).toBe(0.0625);
    expect(restoreAbsmax(compressed)).toEqual(values);
  });
  test("gives each 256 values their own nested absmax", () => {
    const values = new Float32Array(257).fill(1);
    values[256] = 5;
    const { nestedAbsmax, offset } = compressAbsmax(values, 1);
    expect(offset).toBe(1);
    expect(nestedAbsmax).toEqual(Float32Array.of(0, 4));
  });
  test("restores within half the widest gap of the dynamic code, and the grid before it", () => {
    const values = normalDraws(1000, 8).map(Math.abs);
    const compressed = compressAbsmax(values);
    const restored = restoreAbsmax(compressed);
    // Gaps are 0.9 / 64 = 0.0140625 at the top of the code; -1 lies 0.00703 below its lowest level; the grid step is 2 / 65535.
    for (const [i, value] of values.entries()) {
      const nested = compressed.nestedAbsmax[Math.floor(i / 256)]!;
      expect(Math.abs(restored[i]! - value)).toBeLessThanOrEqual((0.0070313 + 1 / 65535) * nested + 1e-6);
    }
  });
});

describe("double quantisation", () => {
  const weights = normalDraws(2 ** 16, 9, 0.02);
  test("leaves the codes alone and adds less than 1% to the error", () => {
    const plain = quantize4bit(weights);
    const double = quantize4bit(weights, { doubleQuant: true });
    expect(double.codes).toEqual(plain.codes);
    const plainRms = errorFigures(weights, dequantize4bit(plain)).rms;
    const doubleRms = errorFigures(weights, dequantize4bit(double)).rms;
    expect(doubleRms).not.toBe(plainRms);
    expect(Math.abs(doubleRms / plainRms - 1)).toBeLessThan(0.01);
  });
  test("a block of zeros comes back as almost zero, not zero, for the code has no level at its absmax", () => {
    const withZeros = weights.slice(0, 640);
    withZeros.fill(0, 64, 128);
    const restored = dequantize4bit(quantize4bit(withZeros, { doubleQuant: true })).subarray(64, 128);
    // NF4's code 7 is level 0, so the weights are zeros even so; the absmax is not.
    expect(restored.every((weight) => weight === 0)).toBe(true);
    const absmax = restoreAbsmax(quantize4bit(withZeros, { doubleQuant: true }).absmax)[1]!;
    expect(absmax).not.toBe(0);
    expect(Math.abs(absmax)).toBeLessThan(0.02 * 0.05);
  });
  test("refuses an absmax that it would round to infinity: weights of code 7 would come back as NaN", () => {
    const largest = 3.4028234663852886e38; // of float32
    const extreme = new Float32Array(512).fill(1);
    for (const block of [0, 1, 2]) extreme[64 * block] = largest;
    const refusal = `weights must be small enough for double quantisation, got ${largest}, which 8 bits round to infinity`;
    expect(() => quantize4bit(extreme, { doubleQuant: true })).toThrow(
      expect.objectContaining({ code: "E_QUANTIZE", message: refusal }),
    );
    expect(dequantize4bit(quantize4bit(extreme))[0]).toBe(largest);
  });
});

test("the dynamic code has 256 different levels in order, from -0.993 to 1, with a zero", () => {
  const levels = [...dynamicLevels()];
  expect(new Set(levels).size).toBe(256);
  expect(levels).toEqual([...levels].sort((a, b) => a - b));
  expect(levels[0]).toBeCloseTo(-0.99296875, 7); // -(1 - 0.9 / 64 / 2)
  expect(levels[255]).toBe(1);
  expect(levels[127]).toBe(0);
});

test("but for 1, every level has its negative", () => {
  const levels = [...dynamicLevels()].slice(0, 255);
  expect(levels.map((level) => -level + 0).reverse()).toEqual(levels);
});

test("is a copy, so that a caller cannot spoil the quantiser", () => {
  dynamicLevels().fill(0);
  expect(dynamicLevels()[255]).toBe(1);
});
