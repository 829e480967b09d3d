import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SweepStore } from "../../src/store/store.ts";
import { measure } from "../../src/worker/measure.ts";
import { examplePlan, temporaryFolder } from "../helpers/example.ts";
import { placeOf } from "../helpers/finished.ts";

test("writes what a trial costs, and claims no attempt", async () => {
  const store = new SweepStore(temporaryFolder());
  const trialId = store.addSpec(examplePlan({ ranks: [2] }).specs[0]!);
  const resultFile = join(store.out, "cost.json");
  await measure(placeOf(store), { kind: "measure", trialId, steps: 4, seconds: 1, resultFile });
  expect(JSON.parse(readFileSync(resultFile, "utf8"))).toMatchObject({
    secondsPerStep: 0.5,
    openSeconds: 2,
  });
  expect(store.attempts(trialId)).toEqual([]);
});
