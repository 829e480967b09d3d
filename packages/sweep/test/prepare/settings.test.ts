import { expect, test } from "vitest";
import { sweepDefaults } from "../../src/defaults.ts";
import { loraOf, named, optimizerOf, type SweepSettings, seedsOf } from "../../src/prepare/settings.ts";

const asked = (settings: Partial<SweepSettings> = {}): SweepSettings => ({
  model: "m",
  data: [],
  ...settings,
});

test("what is not asked for is what is usual", () => {
  const { learningRate, epochs, batchSize, alpha } = sweepDefaults;
  expect(optimizerOf(asked())).toMatchObject({ learningRate, epochs, batchSize, microBatchSize: batchSize });
  expect(optimizerOf(asked())).not.toHaveProperty("loraPlusRatio");
  expect(loraOf(asked(), ["q"])).toEqual({
    alpha: { kind: "fixed", alpha },
    scalingRule: "lora",
    dropout: 0,
    targetModules: ["q"],
  });
  expect(seedsOf(asked())).toEqual([1, 2, 3, 4, 5]);
});

test("seeds are so many, or those", () => {
  expect(seedsOf(asked({ seeds: 2 }))).toEqual([1, 2]);
  expect(seedsOf(asked({ seeds: [7, 3] }))).toEqual([7, 3]);
});

test("a search begins with the usual values", () => {
  const searched = optimizerOf(asked({ learningRate: "auto", usualLearningRate: 0.01, epochs: "auto" }));
  expect(searched).toMatchObject({ learningRate: 0.01, epochs: sweepDefaults.epochs });
  expect(optimizerOf(asked({ learningRate: 0.02, usualLearningRate: 0.01 })).learningRate).toBe(0.02);
});

test("a batch that the usual micro-batch does not divide is passed whole; another micro-batch must divide it", () => {
  expect(optimizerOf(asked({ batchSize: 6 }))).toMatchObject({ batchSize: 6, microBatchSize: 6 });
  expect(optimizerOf(asked({ batchSize: 16 }))).toMatchObject({ batchSize: 16, microBatchSize: 8 });
  expect(() => optimizerOf(asked({ batchSize: 6, microBatch: 4 }))).toThrow(
    "microBatch must divide the batchSize of 6, got 4",
  );
});

test("settings are called what the caller calls them", () => {
  expect(named(asked(), "maxLength")).toBe("maxLength");
  expect(named(asked({ optionName: (name) => `<${name}>` }), "maxLength")).toBe("<maxLength>");
});
