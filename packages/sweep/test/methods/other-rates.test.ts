import { expect, test } from "vitest";
import { grid } from "../../src/methods/grid.ts";
import { withOtherRates } from "../../src/methods/other-rates.ts";
import { SweepStore } from "../../src/store/store.ts";
import { examplePlan, temporaryFolder } from "../helpers/example.ts";
import { finishTrials } from "../helpers/finished.ts";

test("wants the other rates when the method has all its trials, and not before", async () => {
  const plan = examplePlan({ ranks: [2, 4, 8], seeds: [0, 1] });
  const method = withOtherRates(grid(plan));
  expect(method.expectedTrials).toBe(6 + 4);
  const store = new SweepStore(temporaryFolder());
  expect(method.wanted(store).otherRates).toBeUndefined();
  await finishTrials(store, plan.specs.slice(1));
  expect(method.wanted(store).otherRates).toBeUndefined();
  await finishTrials(store, plan.specs.slice(0, 1));
  const { trials, otherRates } = method.wanted(store);
  expect(trials).toEqual(plan.specs);
  expect(otherRates!.map(({ lora, seed }) => [lora.rank, seed])).toEqual([
    [2, 0],
    [8, 0],
    [2, 0],
    [8, 0],
  ]);
});
