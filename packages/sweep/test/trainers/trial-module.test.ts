import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as train from "@lorank/train";
import { expect, test } from "vitest";
import { fromTrialModule } from "../../src/trainers/trial-module.ts";
import { fakeTrial, temporaryFolder } from "../helpers/example.ts";
import { measureTrial } from "../helpers/fake-trial.ts";

test("is @lorank/train, or the module at a path", async () => {
  expect(await fromTrialModule(undefined, "runTrial")).toBe(train.runTrial);
  expect(String(await fromTrialModule(fakeTrial, "measureTrial"))).toBe(String(measureTrial));
});

test("a module must export what is asked of it", async () => {
  const path = join(temporaryFolder(), "alone.mjs");
  writeFileSync(path, "export const runTrial = () => {};\n");
  await expect(fromTrialModule(path, "measureTrial")).rejects.toMatchObject({
    code: "E_TRIAL_MODULE",
    message: `trialModule must export a function measureTrial, got ${path} without one`,
  });
});
