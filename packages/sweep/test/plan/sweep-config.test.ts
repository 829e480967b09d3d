import { expect, test } from "vitest";
import { checkSettings } from "../../src/plan/sweep-config.ts";
import { exampleConfig } from "../helpers/example.ts";

const { lora, optimizer, data } = exampleConfig;

test("finds nothing wrong with a sound config", () => {
  expect(checkSettings(exampleConfig)).toEqual([]);
});

test.each([
  [{ ranks: [] }, "ranks must be one or more ranks, got []"],
  [{ ranks: [-1] }, "ranks must be positive integers, got [-1]"],
  [{ ranks: [-1], headOnlyBaseline: true }, "ranks must be integers of at least 0, got [-1]"],
  [{ seeds: [1, 1] }, "seeds must be different from each other, got [1, 1]"],
  [{ seeds: [0.5, -3] }, "seeds must be integers of at least 0, got [0.5, -3]"],
  [{ margin: Number.POSITIVE_INFINITY }, "margin must be at least 0, got Infinity"],
  [
    { optimizer: { ...optimizer, learningRate: 0 } },
    "optimizer.learningRate must be a positive number, got 0",
  ],
  [{ optimizer: { ...optimizer, epochs: -1 } }, "optimizer.epochs must be a positive number, got -1"],
  [{ lora: { ...lora, dora: "yes" as unknown as true } }, "lora.dora must be true, or absent, got yes"],
  [
    { optimizer: { ...optimizer, loraPlusRatio: 0.5 } },
    "optimizer.loraPlusRatio must be at least 1, got 0.5",
  ],
  [
    { optimizer: { ...optimizer, loraPlusRatio: Number.NaN } },
    "optimizer.loraPlusRatio must be at least 1, got NaN",
  ],
  [
    { compute: "float32" as unknown as "float16" },
    "compute must be float16 or bfloat16, or absent for float32, got float32",
  ],
  [{ data: { ...data, trainExamples: 0 } }, "data.trainExamples must be a positive integer, got 0"],
  [
    { test: { name: "one", sha256: "e".repeat(64), examples: 1 } },
    "test.examples must be an integer of at least 2, got 1",
  ],
  [
    { test: { name: "same", sha256: data.sha256, examples: 9 } },
    `test.sha256 must be another than data.sha256, got ${data.sha256}`,
  ],
])("%j breaks one rule", (change, problem) => {
  expect(checkSettings({ ...exampleConfig, ...change })).toEqual([problem]);
});

test.each(["race", "probe"] as const)("a %s takes no condition", (method) => {
  const secondary = [{ name: "forgetting", better: "lower", limit: 0.05 }] as const;
  expect(checkSettings({ ...exampleConfig, method, secondary })).toEqual([
    `limit of forgetting must be absent for the method ${method}, which drops ranks by the metric alone, got 0.05`,
  ]);
});

test("a race takes outcomes that are told, and a grid takes conditions", () => {
  const forgetting = { name: "forgetting", better: "lower" } as const;
  expect(checkSettings({ ...exampleConfig, method: "race", secondary: [forgetting] })).toEqual([]);
  expect(checkSettings({ ...exampleConfig, secondary: [{ ...forgetting, limit: 0.05 }] })).toEqual([]);
});
