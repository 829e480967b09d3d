import type { ChoiceSearch, RateSearch } from "@lorank/evidence/results";
import { expect, test } from "vitest";
import {
  configPath,
  configWith,
  fixedRule,
  namesToSearch,
  valueIn,
  withFound,
} from "../../src/plan/searched-settings.ts";
import { exampleConfig } from "../helpers/example.ts";

test("settings are searched in one order, whatever the order of the request", () => {
  expect(namesToSearch({ alpha: true, targets: [], learningRate: true, scaling: false })).toEqual([
    "learningRate",
    "targets",
    "alpha",
  ]);
  expect(namesToSearch({})).toEqual([]);
});

test("a setting has its place in a config, and a rule for what is not searched", () => {
  expect(configPath("targets")).toBe("lora.targetModules");
  expect(fixedRule("scaling")).toBe("lora or rslora");
  const changed = configWith(exampleConfig, "learningRate", 0.5);
  expect(valueIn(changed, "learningRate")).toBe(0.5);
  expect({ ...changed, optimizer: exampleConfig.optimizer }).toEqual(exampleConfig);
});

test("a config takes what a search found, and keeps what it did not look for", () => {
  const ofTargets = {
    chosen: "attention",
    tried: [{ value: "attention", targetModules: ["q_proj"] }],
  } as unknown as ChoiceSearch;
  const search = {
    ...{ ranks: [2, 8], seed: 20_000, judgedExamples: 5 },
    learningRate: { chosen: 0.009 } as RateSearch,
    targets: ofTargets,
    alpha: { chosen: 64 } as ChoiceSearch,
  };
  const found = withFound(exampleConfig, search);
  expect(found.optimizer).toEqual({ ...exampleConfig.optimizer, learningRate: 0.009 });
  expect(found.lora).toEqual({
    ...exampleConfig.lora,
    targetModules: ["q_proj"],
    alpha: { kind: "fixed", alpha: 64 },
  });
});
