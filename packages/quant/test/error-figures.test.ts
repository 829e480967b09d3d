import { describe, expect, test } from "vitest";
import { dequantize4bit, errorFigures, quantize4bit } from "../src/index.ts";
import { normalDraws } from "./normal-draws.ts";

describe("errorFigures", () => {
  test("by hand", () => {
    // errors 0, 1, -2, 0: mean of squares 5 / 4; signal 9 + 16 + 25 = 50, noise 5, ratio 10 = 10 dB
    const figures = errorFigures(Float32Array.of(3, 4, 5, 0), Float32Array.of(3, 5, 3, 0));
    expect(figures).toEqual({ maximum: 2, meanAbsolute: 0.75, rms: Math.sqrt(1.25), signalToNoiseDb: 10 });
  });
  test("no error is a ratio of infinity", () => {
    const weights = Float32Array.of(1, 2);
    expect(errorFigures(weights, weights).signalToNoiseDb).toBe(Number.POSITIVE_INFINITY);
  });
  test("rejects arrays of different lengths", () => {
    expect(() => errorFigures(new Float32Array(3), new Float32Array(2))).toThrow(
      expect.objectContaining({
        code: "E_LENGTH",
        message: "restored must have the length of weights and hold at least one value, got 2 for 3",
      }),
    );
  });
});

// What bitsandbytes 0.50.2 gives for 1,048,576 draws from N(0, 1), four times over: it varies by 0.3%.
const bitsandbytes = [
  { format: "nf4", blockSize: 32, meanAbsolute: 0.0677, rms: 0.0873 },
  { format: "nf4", blockSize: 64, meanAbsolute: 0.0728, rms: 0.092 },
  { format: "nf4", blockSize: 256, meanAbsolute: 0.0803, rms: 0.0986 },
  { format: "fp4", blockSize: 64, meanAbsolute: 0.0966, rms: 0.122 },
  { format: "fp4", blockSize: 128, meanAbsolute: 0.1029, rms: 0.1285 },
] as const;

describe("the error on normal weights is the one that bitsandbytes has", () => {
  const weights = normalDraws(2 ** 18, 11);
  test.each(bitsandbytes)("$format, blocks of $blockSize", ({ format, blockSize, meanAbsolute, rms }) => {
    const figures = errorFigures(weights, dequantize4bit(quantize4bit(weights, { format, blockSize })));
    expect(Math.abs(figures.meanAbsolute / meanAbsolute - 1)).toBeLessThan(0.01);
    expect(Math.abs(figures.rms / rms - 1)).toBeLessThan(0.01);
  });
});
