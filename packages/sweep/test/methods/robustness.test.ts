import { trialId } from "@lorank/train/spec";
import { describe, expect, test } from "vitest";
import { grid } from "../../src/methods/grid.ts";
import { robustnessSpecs, withRobustness } from "../../src/methods/robustness.ts";
import { SweepStore } from "../../src/store/store.ts";
import { examplePlan, temporaryFolder } from "../helpers/example.ts";
import { finishTrials } from "../helpers/finished.ts";

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

test("wants the other rates when the method has all its trials, and not before", async () => {
  const plan = examplePlan({ ranks: [2, 4, 8], seeds: [0, 1] });
  const method = withRobustness(grid(plan));
  expect(method.expectedTrials).toBe(6 + 4);
  const store = new SweepStore(temporaryFolder());
  expect(method.wanted(store).otherRates).toBeUndefined();
  await finishTrials(store, plan.specs.slice(1));
  expect(method.wanted(store).otherRates).toBeUndefined();
  await finishTrials(store, plan.specs.slice(0, 1));
  const { trials, otherRates } = method.wanted(store);
  expect(trials).toEqual(plan.specs);
  expect(otherRates!.map(({ lora, seed }) => [lora.rank, seed])).toEqual([
    [2, 0],
    [8, 0],
    [2, 0],
    [8, 0],
  ]);
});
