import { describe, expect, test } from "vitest";
import { type BlockSize, dequantize4bit, quantize4bit } from "../src/index.ts";
import { normalDraws } from "./normal-draws.ts";

describe("dequantize4bit", () => {
  test("is level times absmax: by hand", () => {
    const quantized = {
      format: "nf4",
      length: 3,
      blockSize: 64,
      codes: Uint8Array.of(0x0f, 0x80),
      absmax: { kind: "float32", values: Float32Array.of(2) },
    } as const;
    // codes 0, 15, 8; the last nibble is padding
    expect(dequantize4bit(quantized)).toEqual(Float32Array.of(-2, 2, 2 * Math.fround(0.07958029955625534)));
  });
  test("writes into an array that the caller keeps", () => {
    const quantized = quantize4bit(normalDraws(101, 1));
    const into = new Float32Array(101).fill(9);
    expect(dequantize4bit(quantized, { into })).toBe(into);
    expect(into).toEqual(dequantize4bit(quantized));
  });
  test("rejects an array of another length", () => {
    const quantized = quantize4bit(normalDraws(101, 1));
    expect(() => dequantize4bit(quantized, { into: new Float32Array(100) })).toThrow(
      expect.objectContaining({ code: "E_INTO", message: "into must have length 101, got 100" }),
    );
  });
});

test("dequantize4bit reads FP4's unsorted table: code 2 is 2/3, code 3 is 1", () => {
  const restored = dequantize4bit(quantize4bit(Float32Array.of(3, 2.1), { format: "fp4" }));
  expect(restored).toEqual(Float32Array.of(3, 3 * Math.fround(2 / 3)));
});

describe("dequantize4bit names every part that does not fit", () => {
  const quantized = quantize4bit(normalDraws(20_000, 2));
  const double = quantize4bit(normalDraws(20_000, 2), { doubleQuant: true });
  test("under a float32 absmax", () => {
    // 20,000 weights are 312.5 blocks of 64
    const wrong = {
      ...quantized,
      codes: new Uint8Array(9_999),
      absmax: { kind: "float32", values: new Float32Array(312) },
    } as const;
    expect(() => dequantize4bit(wrong)).toThrow(
      expect.objectContaining({
        code: "E_QUANTIZED",
        message:
          "codes must have length 10000 (20000 weights, two a byte), got 9999\n" +
          "absmax.values must have length 313 (20000 weights in blocks of 64), got 312",
      }),
    );
  });
  test("under double quantisation", () => {
    const absmax = {
      kind: "double",
      codes: new Uint8Array(1),
      nestedAbsmax: new Float32Array(1),
      offset: 0,
    } as const;
    expect(() => dequantize4bit({ ...double, absmax })).toThrow(
      expect.objectContaining({
        message:
          "absmax.codes must have length 313 (20000 weights in blocks of 64), got 1\n" +
          "absmax.nestedAbsmax must have length 2 (313 blocks, 256 each), got 1",
      }),
    );
  });
  test("and a block size that no format has", () => {
    expect(() => dequantize4bit({ ...quantized, blockSize: 0 as BlockSize })).toThrow(
      "blockSize must be one of 32, 64, 128, 256, 512, 1024, 2048, 4096, got 0",
    );
  });
});
