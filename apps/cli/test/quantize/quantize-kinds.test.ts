import { dequantize4bit, errorFigures, quantize4bit } from "@lorank/quant";
import type { QuantizedLayer } from "@lorank/train/quantize";
import { expect, test } from "vitest";
import { kindFigures, together } from "../../src/commands/quantize/quantize.ts";

const weightsOf = (size: number, scale: number): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => scale * Math.sin(i * i));

function layerOf(path: string, kind: string, weights: Float32Array): QuantizedLayer {
  const error = errorFigures(weights, dequantize4bit(quantize4bit(weights)));
  return {
    path,
    kind,
    params: weights.length,
    bytesBefore: 4 * weights.length,
    bytesAfter: weights.length,
    error,
  };
}

// The layers are of unlike sizes and scales, so that a mean of the figures would be another number.
const [small, large] = [weightsOf(640, 0.01), weightsOf(6400, 3)];
const layers = [layerOf("0.q", "q", small), layerOf("0.v", "v", small), layerOf("1.q", "q", large)];

test("the figures of several layers are those of all their weights", () => {
  const both = Float32Array.of(...small, ...large);
  // 640 is a multiple of the block size, so the blocks are the same
  const { maximum, rms, signalToNoiseDb } = errorFigures(both, dequantize4bit(quantize4bit(both)));
  const [q, v] = kindFigures(layers);
  expect(q).toMatchObject({
    kind: "q",
    layers: 2,
    params: 7040,
    bytesBefore: 4 * 7040,
    bytesAfter: 7040,
    maximum,
  });
  expect(q!.rms).toBeCloseTo(rms, 12);
  expect(q!.signalToNoiseDb).toBeCloseTo(signalToNoiseDb, 9);
  expect(q!.worstSignalToNoiseDb).toBe(
    Math.min(layers[0]!.error.signalToNoiseDb, layers[2]!.error.signalToNoiseDb),
  );
  expect(v!.signalToNoiseDb).toBeCloseTo(layers[1]!.error.signalToNoiseDb, 9);
});

test("a layer without error has no noise, alone and among others", () => {
  const exact = layerOf("2.q", "q", new Float32Array(64).fill(1));
  expect(exact.error.rms).toBe(0);
  expect(together("all", [exact]).signalToNoiseDb).toBe(Number.POSITIVE_INFINITY);
  expect(Number.isFinite(together("all", [exact, layers[0]!]).signalToNoiseDb)).toBe(true);
});
