import { expect, test } from "vitest";
import { armSettings, arms } from "../../src/flags/arms-kind.ts";

test("an arm's cost may have its unit, and its keys are those of a sweep's file", () => {
  const parsed = arms.parse([
    { name: "a", "learning-rate": 1e-3, cost: "3.5 GPU hours" },
    { name: "b", cost: 2, alpha: "rank", targets: "mlp", values: { optimiser: "lion", warmup: 10 } },
  ]);
  expect(armSettings(parsed)).toEqual([
    { name: "a", learningRate: 1e-3, cost: { value: 3.5, of: "GPU hours" } },
    { name: "b", cost: 2, alpha: "rank", targets: "mlp", values: { optimiser: "lion", warmup: 10 } },
  ]);
  expect(armSettings(undefined)).toBeUndefined();
});

test.each([
  [[{ name: "a", cost: "dear" }], "[0].cost must be a number of at least 0, or with its unit a text such as"],
  [[{ name: "a", cost: "3" }], "[0].cost must be"],
  [[{ name: "a" }, { rank: 4 }], "[1].name must be a name, got nothing"],
  [[{ name: "a", values: { list: [1] } }], "[0].values must be names with a text or a number each"],
  [[{ name: "a", seed: 3 }], '[0]: unknown key "seed"'],
  [[], " must be a list of arms"],
  [{ a: { rank: 4 } }, " must be a list of arms"],
])("%j is refused by its place", (value, fault) => {
  expect(arms.faults!(value)[0]).toContain(fault);
  expect(arms.parse(value)).toBeUndefined();
});
