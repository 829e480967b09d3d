import { describe, expect, test } from "vitest";
import { fitCrossed } from "../../../src/decide/interval/components.ts";
import { independentSample } from "../../../src/decide/interval/example-sample.ts";
import { halfWidth, tailFactors } from "../../../src/decide/interval/half-width.ts";
import { detectableDifference, neededDesign, powerAt } from "../../../src/decide/plan/plan.ts";
import { randomStream } from "../../../src/statistics/random.ts";

describe("neededDesign", () => {
  // Paired non-inferiority, margin one point, 5 % one-sided, power 0.8: (1.645 + 0.842)² · disagreement / 0.01².
  // 1,237 / 3,092 / 6,183 examples at 2 / 5 / 10 % disagreement, where seeds add nothing.
  test.each([
    [0.02, 1237],
    [0.05, 3092],
    [0.1, 6183],
  ])("at a disagreement of %d needs the %d examples of the textbook", (disagreement, examples) => {
    const design = neededDesign({
      components: { seed: 0, example: disagreement, residual: 0 },
      seeds: 3,
      examples: 100,
      tail: 0.05,
      margin: 0.01,
      power: 0.8,
    });
    expect(design?.seeds).toBe(3);
    expect(Math.abs(design!.examples / examples - 1)).toBeLessThan(0.006);
  });

  test("asks for seeds where examples cannot help", () => {
    const options = { seeds: 3, examples: 500, tail: 0.05, margin: 0.01, power: 0.8 };
    const components = { seed: 0.0003, example: 0.001, residual: 0.001 };
    const design = neededDesign({ ...options, components })!;
    expect(design.seeds).toBeGreaterThan(12);
    expect(powerAt(0.01, { ...options, components, ...design })).toBeGreaterThanOrEqual(0.8);
    expect(powerAt(0.01, { ...options, components, ...design, seeds: design.seeds - 3 })).toBeLessThan(0.8);
  });

  test("asks for fewer examples when many of them are known to differ, whose variance then says it all", () => {
    const options = { seeds: 8, examples: 100, tail: 0.05, margin: 0.02, power: 0.8, unit: 1 };
    const components = { seed: 0, example: 0.01, residual: 0.02 };
    const { seeds, examples } = neededDesign({ ...options, components })!;
    const informed = neededDesign({ ...options, components, differing: 0.3 })!;
    expect(informed.seeds * informed.examples).toBeLessThan(0.9 * seeds * examples);
  });

  test("is undefined when no design can do it", () => {
    const components = { seed: 1, example: 1, residual: 1 };
    expect(
      neededDesign({ components, seeds: 3, examples: 100, tail: 0.05, margin: 0, power: 0.8 }),
    ).toBeUndefined();
  });
});

describe("detectableDifference", () => {
  const components = { seed: 0.0002, example: 0.02, residual: 0.03 };

  test("is found with the promised power: 1,000 drawn sweeps, within three binomial standard errors", () => {
    const sweeps = 1000;
    const [seeds, examples] = [4, 60];
    const difference = detectableDifference({ components, seeds, examples });
    const factors = tailFactors(independentSample(examples), 0.025);
    const { normal } = randomStream(3);
    let found = 0;
    for (let i = 0; i < sweeps; i++) {
      const exampleEffects = Array.from({ length: examples }, () => Math.sqrt(components.example) * normal());
      const matrix = Array.from({ length: seeds }, () => {
        const shift = difference + Math.sqrt(components.seed) * normal();
        return exampleEffects.map((effect) => shift + effect + Math.sqrt(components.residual) * normal());
      });
      const fit = fitCrossed(matrix);
      if (fit.mean > halfWidth(fit, factors, 0)) found++;
    }
    // Three binomial standard errors are 0.038. The plan takes the example variance for known, which costs 0.02 at most.
    expect(Math.abs(found / sweeps - 0.8)).toBeLessThan(3 * Math.sqrt((0.8 * 0.2) / sweeps) + 0.02);
  });

  test("shrinks with seeds and with examples, but not below what the other leaves", () => {
    const at = (seeds: number, examples: number): number =>
      detectableDifference({ components, seeds, examples });
    expect(at(6, 1000)).toBeLessThan(at(3, 1000));
    expect(at(3, 2000)).toBeLessThan(at(3, 1000));
    // 2.8 standard errors of the seeds alone remain with any number of examples.
    expect(at(6, 1e7)).toBeGreaterThan(2.8 * Math.sqrt(components.seed / 6));
  });

  test("grows when comparisons share the error and when the sign is open", () => {
    const design = { components, seeds: 5, examples: 1000 };
    const one = detectableDifference({ ...design, sides: 1 });
    expect(detectableDifference(design)).toBeGreaterThan(one);
    expect(detectableDifference({ ...design, sides: 1, comparisons: 3 })).toBeGreaterThan(one);
  });

  test("shrinks when many examples are known to differ", () => {
    const design = { components, seeds: 5, examples: 200, unit: 1 };
    expect(detectableDifference({ ...design, differing: 0.3 })).toBeLessThan(detectableDifference(design));
  });

  test("is the 95 % and 80 % points of the normal curve when only many examples count", () => {
    const difference = detectableDifference({
      components: { seed: 0, example: 0.1, residual: 0 },
      seeds: 3,
      examples: 1_000_000,
      sides: 1,
    });
    expect(difference / Math.sqrt(0.1 / 1_000_000)).toBeCloseTo(1.6449 + 0.8416, 3);
  });

  test("needs two seeds", () => {
    expect(() => detectableDifference({ components, seeds: 1, examples: 100 })).toThrow(
      expect.objectContaining({
        code: "E_DESIGN",
        message: "seeds must be a whole number of at least 2, got 1",
      }),
    );
  });
});
