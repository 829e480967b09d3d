import { describe, expect, test } from "vitest";
import type { LoraLayer } from "../../src/index.ts";
import { mergeInPlace } from "../../src/peft/merge.ts";

const layer: LoraLayer = {
  loraA: { shape: [1, 3], data: Float32Array.of(1, 2, 3) },
  loraB: { shape: [2, 1], data: Float32Array.of(10, -1) },
  alpha: 1,
};

describe("mergeInPlace", () => {
  test("adds scaling · B · A, by hand", () => {
    const weight = Float32Array.of(1, 1, 1, 0, 0, 0); // [2, 3]
    mergeInPlace(weight, layer, 0.5, false);
    expect([...weight]).toEqual([6, 11, 16, -0.5, -1, -1.5]);
  });

  test("adds the transpose where the weight is stored [in, out]", () => {
    const weight = Float32Array.of(1, 0, 1, 0, 1, 0); // [3, 2]
    mergeInPlace(weight, layer, 0.5, true);
    expect([...weight]).toEqual([6, -0.5, 11, -1, 16, -1.5]);
  });

  test("gives each output DoRA's magnitude, whatever its length was", () => {
    const magnitude = Float32Array.of(2, 5);
    for (const transposed of [false, true]) {
      const weight = transposed ? Float32Array.of(1, 0, 1, 0, 1, 0) : Float32Array.of(1, 1, 1, 0, 0, 0);
      mergeInPlace(weight, { ...layer, magnitude }, 0.5, transposed);
      const outputs = [0, 1].map((o) =>
        [...weight].filter((_, i) => (transposed ? i % 2 : Math.floor(i / 3)) === o),
      );
      expect(Math.hypot(...outputs[0]!)).toBeCloseTo(2, 6);
      expect(Math.hypot(...outputs[1]!)).toBeCloseTo(5, 6);
      expect(outputs[0]![1]! / outputs[0]![0]!).toBeCloseTo(11 / 6, 6);
      expect(outputs[1]![2]! / outputs[1]![0]!).toBeCloseTo(3, 6);
    }
  });

  test("a row of zeros stays one under DoRA, where a division would make NaN", () => {
    const weight = new Float32Array(6);
    const zero = { ...layer, loraB: { shape: [2, 1] as const, data: Float32Array.of(0, 1) } };
    mergeInPlace(weight, { ...zero, magnitude: Float32Array.of(2, 5) }, 1, false);
    expect([...weight.subarray(0, 3)]).toEqual([0, 0, 0]);
    expect(Math.hypot(...weight.subarray(3))).toBeCloseTo(5, 6);
  });

  test("rounds once: a sum of updates that cancel leaves the weight's own bits", () => {
    const cancelling: LoraLayer = {
      loraA: { shape: [2, 1], data: Float32Array.of(1e8, 1e8) },
      loraB: { shape: [1, 2], data: Float32Array.of(1, -1) },
      alpha: 2,
    };
    const weight = Float32Array.of(0.1);
    mergeInPlace(weight, cancelling, 1, false);
    expect(weight[0]).toBe(Math.fround(0.1));
  });
});
