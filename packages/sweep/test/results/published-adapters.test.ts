import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { publishAdapters } from "../../src/results/publish-adapter.ts";
import { publishedAdapters } from "../../src/results/published-adapters.ts";
import { SweepStore } from "../../src/store/store.ts";
import { examplePlan, temporaryFolder } from "../helpers/example.ts";
import { finishTrials } from "../helpers/finished.ts";

test("finds the adapters that were handed out, of these trials alone, and none whose note is damaged", async () => {
  const store = new SweepStore(temporaryFolder());
  await finishTrials(store, examplePlan({ ranks: [2, 4], seeds: [0, 1] }).specs);
  const trials = store.readResults();
  const { adapters } = await publishAdapters(store, trials);
  const found = (of = trials) => publishedAdapters(store.path(), of).toSorted((a, b) => a.rank - b.rank);
  expect(found()).toEqual(adapters);
  expect(found(trials.filter(({ trialId }) => trialId !== adapters[0]!.trialId))).toEqual([adapters[1]]);
  writeFileSync(join(adapters[0]!.folder, "trial.json"), "{");
  expect(found()).toEqual([adapters[1]]);
  expect(publishedAdapters(temporaryFolder(), trials)).toEqual([]);
});
