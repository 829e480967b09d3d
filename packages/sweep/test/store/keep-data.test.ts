import { readFileSync, statSync } from "node:fs";
import { expect, test } from "vitest";
import { keepData } from "../../src/store/keep-data.ts";
import { SweepStore } from "../../src/store/store.ts";
import { examplePlan, exampleTest, temporaryFolder, workplace } from "../helpers/example.ts";

test("keeps the examples under their hashes, and leaves alone what is there", () => {
  const store = new SweepStore(temporaryFolder());
  const { dataset, testExamples } = workplace();
  const plan = examplePlan({ test: exampleTest });
  const kept = keepData(store, { plan, dataset, testExamples });
  expect(kept.datasetFile).toBe(store.path("data", `${plan.config.data.sha256}.json`));
  expect(kept.testFile).toBe(store.path("data", `${exampleTest.sha256}.json`));
  expect(readFileSync(kept.datasetFile)).toEqual(dataset);
  expect(readFileSync(kept.testFile!)).toEqual(testExamples);
  const before = statSync(kept.datasetFile).mtimeMs;
  expect(keepData(store, { plan, dataset, testExamples })).toEqual(kept);
  expect(statSync(kept.datasetFile).mtimeMs).toBe(before);
});

test("a plan without test examples has no file of them", () => {
  const store = new SweepStore(temporaryFolder());
  const { dataset } = workplace();
  expect(keepData(store, { plan: examplePlan(), dataset }).testFile).toBeUndefined();
});
