import { expect, test } from "vitest";
import { trainDefaults } from "../../src/defaults.ts";
import { loraOf, optimizerOf, type TrainingSettings } from "../../src/prepare/settings.ts";

const asked = (settings: Partial<TrainingSettings> = {}): TrainingSettings => ({
  model: "m",
  data: [],
  ...settings,
});

test("what is not asked for is what is usual", () => {
  const { learningRate, epochs, batchSize, alpha } = trainDefaults;
  expect(optimizerOf(asked())).toMatchObject({ learningRate, epochs, batchSize, microBatchSize: batchSize });
  expect(optimizerOf(asked())).not.toHaveProperty("loraPlusRatio");
  expect(loraOf(asked(), ["q"])).toEqual({
    alpha: { kind: "fixed", alpha },
    scalingRule: "lora",
    dropout: 0,
    targetModules: ["q"],
  });
});

test("layers are named in one order", () => {
  expect(loraOf(asked(), ["v", "q"]).targetModules).toEqual(["q", "v"]);
});

test("patterns become lists in their order; a pattern of digits, which would lose its place, is refused", () => {
  const lora = loraOf(asked({ rankPattern: { v: 4, ".*": 2 }, alphaPattern: { "0.q": 1.5 } }), ["v", "q"]);
  expect(lora.rankPattern).toEqual([
    { pattern: "v", rank: 4 },
    { pattern: ".*", rank: 2 },
  ]);
  expect(lora.alphaPattern).toEqual([{ pattern: "0.q", alpha: 1.5 }]);
  expect(() => loraOf(asked({ alphaPattern: { q: 2, 10: 1 } }), ["q"])).toThrow(
    "alphaPattern must have patterns that are more than digits, got 10",
  );
});

test("a batch that the usual micro-batch does not divide is passed whole; another micro-batch must divide it", () => {
  expect(optimizerOf(asked({ batchSize: 6 }))).toMatchObject({ batchSize: 6, microBatchSize: 6 });
  expect(optimizerOf(asked({ batchSize: 16 }))).toMatchObject({ batchSize: 16, microBatchSize: 8 });
  expect(() => optimizerOf(asked({ batchSize: 6, microBatch: 4 }))).toThrow(
    "microBatch must divide the batchSize of 6, got 4",
  );
  const optionName = (name: string): string => `--${name}`;
  expect(() => optimizerOf(asked({ batchSize: 6, microBatch: 4, optionName }))).toThrow(
    "--microBatch must divide the --batchSize of 6, got 4",
  );
});
