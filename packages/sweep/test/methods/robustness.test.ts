import { describe, expect, test } from "vitest";
import { robustnessSpecs } from "../../src/methods/robustness.ts";
import { trialId } from "../../src/plan/trial-id.ts";
import { examplePlan } from "../helpers/example.ts";

describe("robustnessSpecs", () => {
  const { specs } = examplePlan({ ranks: [8, 2, 32], seeds: [7, 3] });

  test("asks for the smallest and the largest rank at a third and three times the rate, under the first seed", () => {
    const rate = specs[0]!.optimizer.learningRate;
    expect(
      robustnessSpecs(specs).map(({ lora, optimizer, seed }) => [seed, lora.rank, optimizer.learningRate]),
    ).toEqual([
      [3, 2, rate / 3],
      [3, 32, rate / 3],
      [3, 2, 3 * rate],
      [3, 32, 3 * rate],
    ]);
  });

  test("changes nothing but the rate, and so makes four new trials", () => {
    const probe = robustnessSpecs(specs);
    for (const spec of probe) {
      const own = specs.find(({ lora, seed }) => lora.rank === spec.lora.rank && seed === spec.seed)!;
      const { learningRate } = own.optimizer;
      expect({ ...spec, optimizer: { ...spec.optimizer, learningRate } }).toEqual(own);
    }
    expect(new Set([...probe, ...specs].map(trialId)).size).toBe(specs.length + 4);
  });

  test("does not depend on the order of the specs", () => {
    expect(robustnessSpecs(specs.toReversed())).toEqual(robustnessSpecs(specs));
  });

  test("passes over rank 0, and asks for nothing where there is one rank", () => {
    const ranksOf = (ranks: number[]): number[] =>
      robustnessSpecs(examplePlan({ ranks, headOnlyBaseline: true }).specs).map(({ lora }) => lora.rank);
    expect(ranksOf([0, 4, 8])).toEqual([4, 8, 4, 8]);
    expect(ranksOf([0, 4])).toEqual([]);
    expect(ranksOf([4])).toEqual([]);
    expect(robustnessSpecs([])).toEqual([]);
  });
});
