import { describe, expect, test } from "vitest";
import { randomStream } from "../../../evidence/src/statistics/random.ts";
import { spectrumOf, truncateLora } from "../../src/spectrum/spectrum.ts";
import { frobenius, spectrumCases, updateOf } from "./matrices.ts";

const difference = (x: number[][], y: number[][]) =>
  x.map((row, i) => row.map((value, j) => value - y[i]![j]!));

describe("truncateLora", () => {
  test.each(spectrumCases)("the error of each rank is that of the dropped values: $name", (given) => {
    const { factors, frobeniusNorm, truncationErrors } = given;
    const whole = updateOf(factors);
    for (let k = 1; k <= factors.loraA.shape[0]; k++) {
      const { error, relativeError, ...kept } = truncateLora(factors, k);
      expect([kept.loraA.shape, kept.loraB.shape]).toEqual([
        [k, factors.loraA.shape[1]],
        [factors.loraB.shape[0], k],
      ]);
      const expected = truncationErrors[k] ?? 0;
      // what is measured on the product contains the rounding of B' and A' to float32
      expect(Math.abs(frobenius(difference(whole, updateOf(kept))) - expected)).toBeLessThan(
        2e-7 * frobeniusNorm,
      );
      expect(Math.abs(error - expected)).toBeLessThan(1e-14 * frobeniusNorm);
      expect(Math.abs(relativeError - expected / frobeniusNorm)).toBeLessThan(1e-14);
    }
  });

  test("no other update of that rank is nearer (Eckart and Young)", () => {
    const { factors } = spectrumCases[0]!;
    const whole = updateOf(factors);
    const { loraA, loraB, error } = truncateLora(factors, 2);
    const { normal } = randomStream(3);
    for (const size of [1e-3, 1e-2, 0.1, 1]) {
      for (let i = 0; i < 50; i++) {
        const moved = ({ shape, data }: typeof loraA) => ({
          shape,
          data: data.map((value) => value + size * normal()),
        });
        const other = updateOf({ loraA: moved(loraA), loraB: moved(loraB), scaling: 1 });
        expect(frobenius(difference(whole, other))).toBeGreaterThan(error);
      }
    }
  });

  test("splits the scale evenly: rows of A' and columns of B' have the length √σ", () => {
    const { factors, singularValues } = spectrumCases[0]!;
    const { loraA, loraB } = truncateLora(factors, 3);
    for (let k = 0; k < 3; k++) {
      const row = loraA.data.subarray(k * 12, (k + 1) * 12);
      const column = loraB.data.filter((_, i) => i % 3 === k);
      expect(Math.hypot(...row)).toBeCloseTo(Math.sqrt(singularValues[k]!), 5);
      expect(Math.hypot(...column)).toBeCloseTo(Math.sqrt(singularValues[k]!), 5);
    }
  });

  test("keeps the sign of a negative scaling", () => {
    const factors = { ...spectrumCases[0]!.factors, scaling: -0.5 };
    const off = frobenius(difference(updateOf(factors), updateOf(truncateLora(factors, 4))));
    expect(off).toBeLessThan(1e-6 * spectrumOf(factors).frobeniusNorm);
  });

  test("a zero update stays zero, without an error", () => {
    const loraA = { shape: [2, 3] as const, data: Float32Array.of(1, 2, 3, 4, 5, 6) };
    const loraB = { shape: [4, 2] as const, data: new Float32Array(8) };
    const { relativeError, error, ...kept } = truncateLora({ loraA, loraB, scaling: 2 }, 1);
    expect([error, relativeError]).toEqual([0, 0]);
    expect(
      updateOf(kept)
        .flat()
        .every((value) => value === 0),
    ).toBe(true);
  });

  test("pads with zeros above what the sides allow: both sides shorter than the rank", () => {
    const { factors } = spectrumCases.find(({ name }) => name === "a rank above both sides")!;
    const { loraA } = truncateLora(factors, 6); // [6, 4] factors of an update [5, 4]
    expect(loraA.data.subarray(4 * 4).every((value) => value === 0)).toBe(true);
  });

  test.each([
    [5, "rank must be at most the factors' own, 4, got 5"],
    [0, "rank must be a positive integer, got 0"],
    [1.5, "rank must be a positive integer, got 1.5"],
  ])("refuses rank %d", (rank, message) => {
    expect(() => truncateLora(spectrumCases[0]!.factors, rank)).toThrow(message);
  });
});
