import { expect, test } from "vitest";
import { SweepStore } from "../../src/store/store.ts";
import { missingRanks } from "../../src/store/truncations.ts";
import { examplePlan, temporaryFolder } from "../helpers/example.ts";
import { cut, finishTrials } from "../helpers/finished.ts";

test("ranks are missing until each has its evaluation", async () => {
  const store = new SweepStore(temporaryFolder());
  const [trialId] = await finishTrials(store, examplePlan({ ranks: [4], seeds: [0] }).specs);
  const wanted = { trialId: trialId!, ranks: [1, 2, 3] };
  expect(missingRanks(store, wanted)).toEqual([1, 2, 3]);
  await cut(store, trialId!, [2]);
  expect(missingRanks(store, wanted)).toEqual([1, 3]);
});
