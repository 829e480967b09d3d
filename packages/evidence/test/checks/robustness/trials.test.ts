import { expect, test } from "vitest";
import { robustnessTrials } from "../../../src/checks/robustness/trials.ts";
import type { EngineSpec } from "../../../src/schema/types.ts";
import { exampleTrial } from "../../fixtures/results.ts";

const specsOf = (ranks: readonly number[], lora: Partial<EngineSpec["lora"]> = {}): EngineSpec[] =>
  ranks.flatMap((rank) =>
    [7, 3].map((seed) => {
      const { spec } = exampleTrial(rank, seed);
      return { ...spec, lora: { ...spec.lora, ...lora } };
    }),
  );
const specs = specsOf([8, 2, 32]);
const rate = specs[0]!.optimizer.learningRate;

test("asks for the smallest and the largest rank at a third and three times the rate, under the first seed", () => {
  const { otherRates } = robustnessTrials(specs);
  expect(otherRates.map(({ lora, optimizer, seed }) => [seed, lora.rank, optimizer.learningRate])).toEqual([
    [3, 2, rate / 3],
    [3, 32, rate / 3],
    [3, 2, 3 * rate],
    [3, 32, 3 * rate],
  ]);
});

test("evaluates at the end alone, whatever the sweep does on the way", () => {
  const often = specs.map((spec) => ({ ...spec, evaluateEvery: 0.1 }));
  expect(robustnessTrials(often)).toEqual(robustnessTrials(specs));
});

test("changes nothing but the rate", () => {
  for (const spec of robustnessTrials(specs).otherRates) {
    const own = specs.find(({ lora, seed }) => lora.rank === spec.lora.rank && seed === spec.seed)!;
    const { learningRate } = own.optimizer;
    expect({ ...spec, optimizer: { ...spec.optimizer, learningRate } }).toEqual(own);
  }
});

test("does not depend on the order of the specs", () => {
  expect(robustnessTrials(specs.toReversed())).toEqual(robustnessTrials(specs));
});

test("passes over rank 0, and asks for nothing where there is one rank", () => {
  const ranksOf = (ranks: number[]) =>
    robustnessTrials(specsOf(ranks)).otherRates.map(({ lora }) => lora.rank);
  expect(ranksOf([0, 4, 8])).toEqual([4, 8, 4, 8]);
  for (const ranks of [[0, 4], [4], []]) expect(robustnessTrials(specsOf(ranks))).toEqual({ otherRates: [] });
});

test("asks for the largest rank under rsLoRA's scaling, which at the smallest rank is the sweep's", () => {
  const { otherScaling } = robustnessTrials(specs);
  const own = specs.find(({ lora, seed }) => lora.rank === 32 && seed === 3)!;
  const { alpha } = own.lora;
  expect(otherScaling!.lora.alpha! / Math.sqrt(2)).toBeCloseTo(alpha / 2, 12);
  expect(otherScaling).toEqual({
    ...own,
    lora: { ...own.lora, scalingRule: "rslora", alpha: alpha / Math.sqrt(2) },
  });
});

test("asks for no other scaling where the sweep's does not fall as 1 / rank", () => {
  expect(robustnessTrials(specsOf([2, 8])).otherScaling).toBeDefined();
  expect(robustnessTrials(specsOf([2, 8], { scalingRule: "rslora" })).otherScaling).toBeUndefined();
  const equalToRank = [2, 8].flatMap((rank) => specsOf([rank], { alpha: rank }));
  expect(robustnessTrials(equalToRank).otherScaling).toBeUndefined();
});

test("leaves a folder as it was that has the other rates without the other scaling", () => {
  const { otherRates, otherScaling } = robustnessTrials(specs);
  const has = (some: readonly unknown[]) => (spec: unknown) =>
    some.some((one) => JSON.stringify(one) === JSON.stringify(spec));
  expect(robustnessTrials(specs, has(otherRates))).toEqual({ otherRates });
  expect(robustnessTrials(specs, has(otherRates.slice(1)))).toEqual({ otherRates, otherScaling });
  expect(robustnessTrials(specs, has([...otherRates, otherScaling]))).toEqual({ otherRates, otherScaling });
});
