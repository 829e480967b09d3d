import { robustnessTrials } from "@lorank/evidence/results";
import { brokenRules, trialId } from "@lorank/train/spec";
import { describe, expect, test } from "vitest";
import { methodOf, plannedTrials } from "../../src/methods/methods.ts";
import {
  assertChoices,
  assertNeeds,
  checkKeys,
  checkTrials,
  chosenChecks,
  extraTrials,
  inOrder,
} from "../../src/plan/checks.ts";
import { SweepStore } from "../../src/store/store.ts";
import { examplePlan, temporaryFolder } from "../helpers/example.ts";
import { finishTrials } from "../helpers/finished.ts";

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
  expect(checkTrials({}, plain.specs)).toEqual({});
  const plan = examplePlan({ ranks: [2, 8], robustness: true });
  const specs = checkTrials(plan.config, plan.specs);
  expect(specs.otherRates).toHaveLength(4);
  expect(extraTrials(plan)).toEqual(inOrder(specs));
  expect(inOrder(specs)[0]).toEqual(specs.otherScaling ?? specs.otherRates![0]);
  expect(inOrder({})).toEqual([]);
});

test("the trials of a check are new ones, and none where there is one rank to compare", () => {
  const plan = examplePlan({ ranks: [8, 2, 32], seeds: [7, 3], robustness: true });
  expect(new Set([...extraTrials(plan), ...plan.specs].map(trialId)).size).toBe(plan.specs.length + 5);
  const ranksOf = (ranks: number[]): number[] =>
    extraTrials(examplePlan({ ranks, headOnlyBaseline: true, robustness: true })).map(
      ({ lora }) => lora.rank,
    );
  expect(ranksOf([0, 4, 8])).toEqual([8, 4, 8, 4, 8]);
  expect(ranksOf([0, 4])).toEqual([]);
  expect(extraTrials(examplePlan({ ranks: [0, 4, 8], headOnlyBaseline: true }))).toEqual([]);
});

describe("a method with a robustness check", () => {
  const plan = examplePlan({ ranks: [2, 4, 8], seeds: [0, 1], robustness: true });
  const method = methodOf(plan);

  test("wants the check when the method has all its trials, and not before", async () => {
    expect(method.expectedTrials).toBe(6 + 5);
    const store = new SweepStore(temporaryFolder());
    expect(method.required(store).otherRates).toBeUndefined();
    await finishTrials(store, plan.specs.slice(1));
    expect(method.required(store).otherRates).toBeUndefined();
    await finishTrials(store, plan.specs.slice(0, 1));
    const { trials, otherRates, otherScaling } = method.required(store);
    expect(trials).toEqual(plan.specs);
    expect(otherRates!.map(({ lora, seed }) => [lora.rank, seed])).toEqual([
      [2, 0],
      [8, 0],
      [2, 0],
      [8, 0],
    ]);
    expect(otherScaling).toEqual(robustnessTrials(plan.specs).otherScaling);
  });

  test("leaves a folder alone that was asked for other rates before there was another scaling", async () => {
    const store = new SweepStore(temporaryFolder());
    await finishTrials(store, plan.specs);
    const { otherRates, otherScaling } = robustnessTrials(plan.specs);
    for (const spec of otherRates) store.addSpec(spec);
    const wanted = method.required(store);
    expect(wanted.otherRates).toEqual(otherRates);
    expect(wanted).not.toHaveProperty("otherScaling");
    // A larger rank is another check, and is asked for as a whole.
    const larger = examplePlan({ ...plan.config, ranks: [2, 4, 8, 16] });
    await finishTrials(store, larger.specs);
    expect(methodOf(larger).required(store).otherScaling?.lora.rank).toBe(16);
    store.addSpec(otherScaling!);
    expect(method.required(store).otherScaling).toEqual(otherScaling);
  });

  test("expects the trials of the check, and none of them where there is one rank", () => {
    expect(plannedTrials(plan).expected).toBe(6 + 5);
    expect(plannedTrials(examplePlan({ ranks: [4], seeds: [0, 1], robustness: true })).expected).toBe(2);
  });
});
