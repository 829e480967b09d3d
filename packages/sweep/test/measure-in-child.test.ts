import { expect, test } from "vitest";
import { measureInChild } from "../src/measure-in-child.ts";
import { SweepStore } from "../src/store/store.ts";
import { examplePlan, fakeTrial, temporaryFolder } from "./helpers/example.ts";
import { misbehaving } from "./helpers/fake-trial.ts";

function jobFor(seed: number) {
  const store = new SweepStore(temporaryFolder());
  const trialIds = [store.addSpec(examplePlan({ ranks: [2], seeds: [seed] }).specs[0]!)];
  const where = { out: store.out, modelFolder: "", datasetFile: "", threads: 1, trialModule: fakeTrial };
  return { ...where, trialIds, steps: 4 };
}

test("returns what the process wrote: of its steps, or of a whole trial", async () => {
  expect(await measureInChild(jobFor(0), {})).toEqual({ secondsPerTrialStep: 4, peakResidentBytes: 1002 });
  expect(await measureInChild({ ...jobFor(0), whole: true }, {})).toMatchObject({
    secondsPerTrialStep: 0.5,
    openSeconds: 2,
  });
});

test("returns why it wrote nothing", async () => {
  expect(await measureInChild(jobFor(misbehaving.throws), {})).toMatch(/^its process exited with code 1/);
});
