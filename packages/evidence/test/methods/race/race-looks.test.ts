import { describe, expect, test } from "vitest";
import { lookTail, raceLooks } from "../../../src/methods/race/race-look.ts";
import { normalCdf, normalDensity, normalQuantile, sequentialTails } from "../../../src/statistics/normal.ts";

describe("raceLooks", () => {
  test("looks after each seed from the third on, and at the end of fewer", () => {
    expect(raceLooks(6).map(({ seeds }) => seeds)).toEqual([3, 4, 5, 6]);
    expect(raceLooks(3)).toEqual([{ seeds: 3, share: 1 }]);
    expect(raceLooks(1)).toEqual([{ seeds: 1, share: 1 }]);
  });

  test.each(Array.from({ length: 60 }, (_, i) => i + 1))("of %d seeds spends the whole error", (seeds) => {
    const looks = raceLooks(seeds);
    expect(looks.at(-1)!.seeds).toBe(seeds);
    expect(looks.every(({ share }) => share > 0)).toBe(true);
    expect(looks.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
  });
});

describe("lookTail", () => {
  test("is at least what the look spends and at most the whole tail", () => {
    const looks = raceLooks(10);
    looks.forEach(({ share }, index) => {
      const tail = lookTail(looks, index, 0.02);
      expect(tail).toBeGreaterThanOrEqual(0.02 * share * (1 - 1e-4));
      expect(tail).toBeLessThan(0.02);
    });
    expect(lookTail(raceLooks(3), 0, 0.02)).toBeCloseTo(0.02, 6);
  });
});

describe("sequentialTails", () => {
  test("of five equal looks with the whole error as Pocock's is near his constant", () => {
    // Pocock (1977): five looks, two-sided 0.05, each at 0.0158. His spending function, ln(1 + (e - 1) t), comes near it.
    const times = [0.2, 0.4, 0.6, 0.8, 1];
    const tails = sequentialTails(
      times,
      times.map((t) => 0.025 * Math.log(1 + (Math.E - 1) * t)),
    );
    for (const tail of tails) expect(2 * tail).toBeCloseTo(0.0158, 2);
  });

  test("of two looks spends the error of the second, by an integral over the first", () => {
    // Only quadrature separates the two: the midpoint rule on a fine grid, against Simpson's on the motion's own.
    const [first, second] = sequentialTails([0.5, 1], [0.01, 0.025]).map((tail) => -normalQuantile(tail));
    const width = (first! + 8) / 20_000;
    let spent = 0;
    for (let z = -8 + width / 2; z < first!; z += width)
      spent += width * normalDensity(z) * normalCdf((Math.SQRT1_2 * z - second!) / Math.SQRT1_2);
    expect(spent).toBeCloseTo(0.015, 7);
  });

  test("of O'Brien and Fleming's spending has the published boundaries", () => {
    // Lan and DeMets (1983), five equal looks, one-sided 0.025: 4.877, 3.357, 2.680, 2.290, 2.031.
    const spent = [3.47e-7, 0.00039, 0.00381, 0.01221, 0.025];
    const tails = sequentialTails([0.2, 0.4, 0.6, 0.8, 1], spent);
    const limits = [3.357, 2.68, 2.29, 2.031];
    const upperTails = [0.000394, 0.003681, 0.011011, 0.021128];
    expect(limits).toHaveLength(upperTails.length);
    upperTails.forEach((tail, i) => {
      expect(tails[i + 1]! / tail).toBeGreaterThan(0.98);
      expect(tails[i + 1]! / tail).toBeLessThan(1.02);
    });
  });
});
