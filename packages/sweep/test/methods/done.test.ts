import { expect, test } from "vitest";
import { isComplete, resultsOf } from "../../src/methods/done.ts";
import { SweepStore } from "../../src/store/store.ts";
import { examplePlan, temporaryFolder } from "../helpers/example.ts";
import { finishTrials } from "../helpers/finished.ts";

test("knows which trials have a result, and gives those in the order of the trials", async () => {
  const store = new SweepStore(temporaryFolder());
  const { specs } = examplePlan({ ranks: [2, 4], seeds: [0, 1] });
  const done = [specs[2]!, specs[0]!];
  const ids = await finishTrials(store, done);
  expect(isComplete(store, done)).toBe(true);
  expect(isComplete(store, specs)).toBe(false);
  expect(resultsOf(store, specs).map(({ trialId }) => trialId)).toEqual(ids.toReversed());
});
