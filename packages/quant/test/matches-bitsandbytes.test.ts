import { describe, expect, test } from "vitest";
import { compressAbsmax, dynamicLevels } from "../src/double-quant.ts";
import { dequantize4bit, levels4bit, type Quantized4bit, quantize4bit, restoreAbsmax } from "../src/index.ts";
import type { BlockAbsmax } from "../src/quantized.ts";
import {
  type BitsandbytesCase,
  bits,
  bytes,
  fixture,
  floats,
  inputOf,
  sha256,
  titleOf,
} from "./bitsandbytes.ts";

const cases = fixture.cases.map((given) => [titleOf(given), given] as const);
const single = cases.filter(([, given]) => !given.doubleQuant);
const double = cases.filter(([, given]) => given.doubleQuant);

describe("the level tables", () => {
  test("NF4's levels are bitsandbytes' to the bit", () => {
    expect(bits(levels4bit("nf4"))).toEqual(bits(floats(fixture.levels.nf4)));
  });
  test("FP4's levels are bitsandbytes' to the bit, but for the sign of its second zero", () => {
    const expected = floats(fixture.levels.fp4);
    expected[8] = -0;
    expect(bits(levels4bit("fp4"))).toEqual(bits(expected));
  });
  test("the 8-bit dynamic code is bitsandbytes' to the bit", () => {
    expect(bits(dynamicLevels())).toEqual(bits(floats(fixture.dynamicLevels)));
  });
});

describe("quantize4bit writes the bytes that bitsandbytes writes", () => {
  test.each(single)("%s", (_, given) => {
    const { format, blockSize } = given;
    const quantized = quantize4bit(inputOf(given), { format, blockSize });
    expect(quantized.codes).toEqual(bytes(given.codes));
    expect(bits(restoreAbsmax(quantized.absmax))).toEqual(bits(floats(given.absmax)));
  });
});

describe("double quantisation writes the bytes that bitsandbytes writes", () => {
  test.each(double)("%s", (_, given) => {
    const { format, blockSize } = given;
    const input = inputOf(given);
    const plain = restoreAbsmax(quantize4bit(input, { format, blockSize }).absmax);
    const quantized = quantize4bit(input, { format, blockSize, doubleQuant: true });
    expect(quantized.codes).toEqual(bytes(given.codes));
    // bitsandbytes' mean is a float32 sum in an order that depends on the CPU.
    const mean = compressAbsmax(plain).offset;
    expect(Math.abs(mean - given.offset!)).toBeLessThanOrEqual(2 ** -22 * Math.abs(mean));
    // With its mean, everything else is the same.
    const compressed = compressAbsmax(plain, given.offset);
    expect(compressed.codes).toEqual(bytes(given.absmax));
    expect(bits(compressed.nestedAbsmax)).toEqual(bits(floats(given.nestedAbsmax!)));
  });
});

test("the second quantisation changes codes where bitsandbytes' does, to the ulp", () => {
  const { values, codes, absmax } = fixture.nested;
  const compressed = compressAbsmax(floats(values), 0);
  expect(compressed.codes).toEqual(bytes(codes));
  expect(compressed.nestedAbsmax).toEqual(floats(absmax));
});

describe("dequantize4bit restores the bits that bitsandbytes restores from its own bytes", () => {
  test.each(cases)("%s", (_, given) => {
    const restored = dequantize4bit(quantizedBy(given));
    if (given.dequantized !== undefined) expect(bits(restored)).toEqual(bits(floats(given.dequantized)));
    expect(sha256(restored)).toBe(given.dequantizedSha256);
  });
});

/** What bitsandbytes wrote, in our structure. */
function quantizedBy(given: BitsandbytesCase): Quantized4bit {
  const { format, blockSize, doubleQuant, offset } = given;
  const absmax: BlockAbsmax = doubleQuant
    ? {
        kind: "double",
        codes: bytes(given.absmax),
        nestedAbsmax: floats(given.nestedAbsmax!),
        offset: offset!,
      }
    : { kind: "float32", values: floats(given.absmax) };
  return { format, length: inputOf(given).length, blockSize, codes: bytes(given.codes), absmax };
}
