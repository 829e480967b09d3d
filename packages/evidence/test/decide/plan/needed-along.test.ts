import { describe, expect, test } from "vitest";
import { examplesNeeded, seedsNeeded } from "../../../src/decide/plan/needed.ts";
import { powerAt } from "../../../src/decide/plan/plan.ts";

const options = {
  components: { seed: 0.0001, example: 0.002, residual: 0.05 },
  seeds: 8,
  examples: 800,
  unit: 1,
  differing: 0.05,
  tail: 0.05,
  margin: 0.02,
  power: 0.8,
};

describe("seedsNeeded", () => {
  test("is the first number of seeds that has the power", () => {
    const seeds = seedsNeeded(options)!;
    expect(powerAt(0.02, { ...options, seeds })).toBeGreaterThanOrEqual(0.8);
    expect(powerAt(0.02, { ...options, seeds: seeds - 1 })).toBeLessThan(0.8);
  });

  test("is undefined where the examples alone leave more open than the margin", () => {
    // 2.5 · √(0.002 / 100) is 1.1 points under any number of seeds.
    expect(seedsNeeded({ ...options, examples: 100, margin: 0.01 })).toBeUndefined();
  });
});

describe("examplesNeeded", () => {
  test("is within half a per cent of the first number of examples that has the power", () => {
    const examples = examplesNeeded(options)!;
    expect(powerAt(0.02, { ...options, examples })).toBeGreaterThanOrEqual(0.8);
    expect(powerAt(0.02, { ...options, examples: Math.floor(examples * 0.99) })).toBeLessThan(0.8);
  });

  test("is undefined where the seeds alone leave more open than the margin", () => {
    expect(examplesNeeded({ ...options, seeds: 3, margin: 0.01 })).toBeUndefined();
  });

  test("grows with the rivals that have to be passed", () => {
    expect(examplesNeeded({ ...options, rivals: 3 })!).toBeGreaterThan(examplesNeeded(options)!);
  });
});
