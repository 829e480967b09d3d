import { brokenRules } from "@lorank/train/spec";
import { expect, test } from "vitest";
import {
  assertChoices,
  assertNeeds,
  checkKeys,
  checkSpecs,
  chosenChecks,
  extraTrials,
  inOrder,
} from "../../src/checks/checks.ts";
import { examplePlan } from "../helpers/example.ts";

test("a config has the checks that settings choose, and no other member", () => {
  expect(checkKeys).toEqual(["robustness"]);
  expect(chosenChecks({ robustness: true })).toEqual({ robustness: true });
  expect(chosenChecks({ robustness: false })).toEqual({});
  expect(chosenChecks({})).toEqual({});
  expect(brokenRules((must) => assertChoices({ robustness: false as unknown as true }, must))).toEqual([
    "robustness must be true, or absent, got false",
  ]);
});

test("a check refuses settings of another trainer that it cannot work with, where it is chosen", () => {
  const optimizer = {};
  expect(brokenRules((must) => assertNeeds({ optimizer }, must))).toEqual([]);
  expect(brokenRules((must) => assertNeeds({ robustness: true, optimizer }, must))).toHaveLength(1);
});

test("a plan's checks add their trials, other scalings first", () => {
  const plain = examplePlan({ ranks: [2, 8] });
  expect(extraTrials(plain)).toEqual([]);
  expect(checkSpecs({}, plain.specs)).toEqual({});
  const plan = examplePlan({ ranks: [2, 8], robustness: true });
  const specs = checkSpecs(plan.config, plan.specs);
  expect(specs.otherRates).toHaveLength(4);
  expect(extraTrials(plan)).toEqual(inOrder(specs));
  expect(inOrder(specs)[0]).toEqual(specs.otherScaling ?? specs.otherRates![0]);
  expect(inOrder({})).toEqual([]);
});
