import { expect, test } from "vitest";
import { localExecutor } from "../../src/executor/local-executor.ts";
import { measureInProcess } from "../../src/measure/measure-time.ts";
import { SweepStore } from "../../src/store/store.ts";
import { examplePlan, temporaryFolder } from "../helpers/example.ts";
import { misbehaving } from "../helpers/fake-trainer.ts";
import { placeOf } from "../helpers/finished.ts";

function measureSeed(seed: number): Promise<object | string> {
  const store = new SweepStore(temporaryFolder());
  const trialId = store.addSpec(examplePlan({ ranks: [2], seeds: [seed] }).specs[0]!);
  const executor = localExecutor(placeOf(store), { trialsAtOnce: 1 });
  return measureInProcess(executor, { trialId, steps: 4, seconds: 1 }, {});
}

test("returns what the process wrote", async () => {
  expect(await measureSeed(0)).toMatchObject({ secondsPerStep: 0.5, openSeconds: 2 });
});

test("returns why it wrote nothing", async () => {
  expect(await measureSeed(misbehaving.throws)).toMatch(/^its process exited with code 1/);
});
