import { expect, test } from "vitest";
import { planPrepared, type SweepSettings, seedsOf, trainingOf } from "../../src/prepare/settings.ts";
import { exampleConfig } from "../helpers/example.ts";

const asked = (settings: Partial<SweepSettings> = {}): SweepSettings => ({
  model: "m",
  data: [],
  ...settings,
});

test("seeds are so many, or those", () => {
  expect(seedsOf(asked())).toEqual([1, 2, 3, 4, 5]);
  expect(seedsOf(asked({ seeds: 2 }))).toEqual([1, 2]);
  expect(seedsOf(asked({ seeds: [7, 3] }))).toEqual([7, 3]);
});

test("a search begins with the defaults", () => {
  const searched = trainingOf(asked({ learningRate: "auto", epochs: "auto" }));
  expect(searched).toMatchObject({ learningRate: undefined, epochs: undefined });
  expect(trainingOf(asked({ learningRate: 0.02, epochs: 3 }))).toMatchObject({
    learningRate: 0.02,
    epochs: 3,
  });
});

const { base, data, task, lora, optimizer, model } = exampleConfig;
const prepared = { config: { base, data, task, lora, optimizer }, model, examplesSha256: "e".repeat(64) };

test("names the sweep by its model and data, and fills in how it is decided", () => {
  const { config } = planPrepared({ model: "", data: [], ranks: [8, 2], seeds: 2 }, prepared);
  expect(config).toMatchObject({
    name: `${model.name} on ${data.name}`,
    ranks: [2, 8],
    seeds: [1, 2],
    confidence: 0.95,
    examplesSha256: prepared.examplesSha256,
  });
  expect(config).not.toHaveProperty("majorityShare");
});

test("the majority's share is of the validation examples", () => {
  const classes = [
    { label: "ham", train: 1, validation: 6 },
    { label: "spam", train: 9, validation: 2 },
  ];
  expect(planPrepared({ model: "", data: [] }, { ...prepared, classes }).config.majorityShare).toBe(0.75);
});

test.each([
  [{ retain: undefined }, "maximum must be absent without texts, the texts to measure it on, got 0.05"],
  [
    { retain: { name: "general", texts: ["a"] }, method: "race" },
    "maximum must be absent for way race, which drops ranks by the metric alone, got 0.05",
  ],
] as const)(
  "a condition on forgetting is refused under the name that the caller has for it: %j",
  (more, message) => {
    const names: Record<string, string> = { maxForgetting: "maximum", retain: "texts", method: "way" };
    const settings = asked({ ...more, maxForgetting: 0.05, optionName: (option) => names[option] ?? option });
    expect(() => planPrepared(settings, prepared)).toThrow(message);
  },
);
