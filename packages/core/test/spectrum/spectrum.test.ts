import { describe, expect, test } from "vitest";
import { rankAtEnergy, spectrumOf, summaryOf } from "../../src/spectrum/spectrum.ts";
import { frobenius, spectrumCases, updateOf } from "./matrices.ts";

describe("spectrumOf", () => {
  test.each(spectrumCases)("agrees with numpy on $name", (given) => {
    const spectrum = spectrumOf(given.factors);
    const first = given.singularValues[0]!;
    expect(spectrum.singularValues).toHaveLength(given.singularValues.length);
    for (const [i, value] of spectrum.singularValues.entries()) {
      expect(Math.abs(value - given.singularValues[i]!) / first).toBeLessThan(1e-14);
    }
    expect(spectrum.frobeniusNorm / given.frobeniusNorm).toBeCloseTo(1, 13);
    expect(spectrum.stableRank).toBeCloseTo(given.stableRank, 12);
    expect(spectrum.effectiveRank).toBeCloseTo(given.effectiveRank, 11);
    for (const [share, k] of Object.entries(given.rankAtEnergy)) {
      const percent = String(100 * Number(share)) as keyof typeof spectrum.rankAtEnergy;
      expect(spectrum.rankAtEnergy[percent], share).toBe(k);
    }
  });

  test.each(spectrumCases)("has the norm of the update, formed by the definition: $name", ({ factors }) => {
    expect(spectrumOf(factors).frobeniusNorm / frobenius(updateOf(factors))).toBeCloseTo(1, 13);
  });

  test("a trained adapter's start, B = 0, has a spectrum of zeros", () => {
    const { loraA, loraB, scaling } = spectrumCases[0]!.factors;
    const zero = { shape: loraB.shape, data: new Float32Array(loraB.data.length) };
    const spectrum = spectrumOf({ loraA, loraB: zero, scaling });
    expect(spectrum).toEqual({
      singularValues: new Float64Array(4),
      frobeniusNorm: 0,
      stableRank: 0,
      effectiveRank: 0,
      rankAtEnergy: { "90": 0, "95": 0, "99": 0 },
    });
  });

  test("is scaled by the scaling, whose sign does not matter", () => {
    const { factors } = spectrumCases[0]!;
    const [one, minusThree] = [1, -3].map((scaling) => spectrumOf({ ...factors, scaling }));
    expect(minusThree!.singularValues[1]! / one!.singularValues[1]!).toBeCloseTo(3, 14);
    expect(minusThree!.effectiveRank).toBeCloseTo(one!.effectiveRank, 13);
  });
});

describe("summaryOf", () => {
  test("k equal values have the stable and the effective rank k", () => {
    const { stableRank, effectiveRank, frobeniusNorm } = summaryOf(Float64Array.of(5, 5, 5, 0, 0));
    expect(stableRank).toBe(3);
    expect(effectiveRank).toBeCloseTo(3, 14);
    expect(frobeniusNorm).toBeCloseTo(5 * Math.sqrt(3), 14);
  });

  test("values 2 and 1, by hand", () => {
    const { stableRank, effectiveRank } = summaryOf(Float64Array.of(2, 1));
    expect(stableRank).toBe(5 / 4);
    // entropy of 2/3 and 1/3: log 3 − (2/3) log 2
    expect(effectiveRank).toBeCloseTo(3 / 2 ** (2 / 3), 14);
  });

  test("squares of huge and tiny values neither overflow nor vanish", () => {
    for (const scale of [1e300, 1e-300]) {
      const { stableRank, frobeniusNorm } = summaryOf(Float64Array.of(2 * scale, scale));
      expect(stableRank).toBe(1.25);
      expect(frobeniusNorm / scale).toBeCloseTo(Math.sqrt(5), 14);
    }
  });
});

describe("rankAtEnergy", () => {
  test("is the smallest k that holds the share of the squares", () => {
    const sigma = Float64Array.of(3, 2, 1); // squares 9, 4, 1 of 14
    expect([0.1, 9 / 14, 0.65, 0.9, 0.93, 1].map((share) => rankAtEnergy(sigma, share))).toEqual([
      1, 1, 2, 2, 3, 3,
    ]);
  });
});
