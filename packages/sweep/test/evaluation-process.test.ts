import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { SweepStore } from "../src/store/store.ts";
import { examplePlan, fakeTrial, temporaryFolder } from "./helpers/example.ts";
import { misbehaving, truncationsOnly } from "./helpers/fake-trial.ts";
import { finishTrials } from "./helpers/finished.ts";

const program = fileURLToPath(new URL("../src/evaluation-process.ts", import.meta.url));

test.each([
  [0, 0],
  [truncationsOnly + misbehaving.throws, 1],
  [truncationsOnly + misbehaving.wrongInput, 2],
])("with seed %i exits with %i", async (seed, code) => {
  const store = new SweepStore(temporaryFolder());
  const [trialId] = await finishTrials(store, examplePlan({ ranks: [4], seeds: [seed] }).specs);
  const where = { out: store.out, modelFolder: "", datasetFile: "", threads: 1, trialModule: fakeTrial };
  const job = JSON.stringify({ ...where, trialId, asked: { kind: "truncations", ranks: [2] } });
  expect(spawnSync(process.execPath, [...process.execArgv, program, job]).status).toBe(code);
  expect(store.hasTruncation(trialId!, 2)).toBe(code === 0);
});
