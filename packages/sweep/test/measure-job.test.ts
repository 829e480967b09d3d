import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runMeasureJob } from "../src/measure-job.ts";
import { SweepStore } from "../src/store/store.ts";
import { examplePlan, fakeTrial, temporaryFolder } from "./helpers/example.ts";

test("writes what the steps of these trials cost, and claims no attempt", async () => {
  const store = new SweepStore(temporaryFolder());
  const trialIds = examplePlan({ ranks: [2], seeds: [0, 1] }).specs.map((spec) => store.addSpec(spec));
  const resultFile = join(store.out, "cost.json");
  const where = { out: store.out, modelFolder: "", datasetFile: "", threads: 1, trialModule: fakeTrial };
  await runMeasureJob({ ...where, trialIds, steps: 4, resultFile });
  expect(JSON.parse(readFileSync(resultFile, "utf8"))).toEqual({
    secondsPerTrialStep: 4 * 0.75,
    peakResidentBytes: 2002,
  });
  expect(trialIds.flatMap((id) => store.attempts(id))).toEqual([]);
});
