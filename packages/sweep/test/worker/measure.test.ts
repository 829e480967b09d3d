import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SweepStore } from "../../src/store/store.ts";
import { measure } from "../../src/worker/measure.ts";
import { examplePlan, temporaryFolder } from "../helpers/example.ts";
import { placeOf } from "../helpers/finished.ts";

test("writes what the steps of these trials cost, and claims no attempt", async () => {
  const store = new SweepStore(temporaryFolder());
  const trialIds = examplePlan({ ranks: [2], seeds: [0, 1] }).specs.map((spec) => store.addSpec(spec));
  const resultFile = join(store.out, "cost.json");
  await measure(placeOf(store), { kind: "measure", trialIds, steps: 4, resultFile });
  expect(JSON.parse(readFileSync(resultFile, "utf8"))).toEqual({
    secondsPerTrialStep: 4 * 0.75,
    peakResidentBytes: 2002,
  });
  expect(trialIds.flatMap((id) => store.attempts(id))).toEqual([]);
});
