import { expect, test } from "vitest";
import { planPrepared } from "../../src/prepare/plan-prepared.ts";
import { exampleConfig } from "../helpers/example.ts";

const { base, data, task, lora, optimizer, model } = exampleConfig;
const prepared = { config: { base, data, task, lora, optimizer }, model };

test("names the sweep by its model and data, and fills in how it is decided", () => {
  const { config } = planPrepared({ model: "", data: [], ranks: [8, 2], seeds: 2 }, prepared);
  expect(config).toMatchObject({
    name: `${model.name} on ${data.name}`,
    ranks: [2, 8],
    seeds: [1, 2],
    confidence: 0.95,
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
