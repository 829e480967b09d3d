import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { SweepStore } from "../src/store/store.ts";
import { examplePlan, fakeTrial, temporaryFolder } from "./helpers/example.ts";
import { misbehaving } from "./helpers/fake-trial.ts";

const program = fileURLToPath(new URL("../src/measure-process.ts", import.meta.url));

test.each([
  [0, 0],
  [misbehaving.throws, 1],
  [misbehaving.wrongInput, 2],
])("with seed %i exits with %i", (seed, code) => {
  const store = new SweepStore(temporaryFolder());
  const id = store.addSpec(examplePlan({ ranks: [2], seeds: [seed] }).specs[0]!);
  const resultFile = join(store.out, "cost.json");
  const where = { out: store.out, modelFolder: "", datasetFile: "", threads: 1, trialModule: fakeTrial };
  const job = JSON.stringify({ ...where, trialIds: [id], steps: 5, resultFile });
  expect(spawnSync(process.execPath, [...process.execArgv, program, job]).status).toBe(code);
  expect(existsSync(resultFile)).toBe(code === 0);
});
