import { existsSync, mkdirSync } from "node:fs";
import { expect, test } from "vitest";
import { SweepStore } from "../../src/store/store.ts";
import { engineTrainer } from "../../src/trainers/engine.ts";
import { resumeFolder } from "../../src/trainers/take-over.ts";
import { examplePlan, temporaryFolder } from "../helpers/example.ts";

const resources = { modelPath: "model", datasetFile: "data.json", threads: 2 };

test("an attempt's log names the threads and the device", () => {
  const store = new SweepStore(temporaryFolder());
  expect(engineTrainer({ out: store.out, resources }, store).computedOn()).toEqual({
    threads: 2,
    device: "cpu",
  });
  const onGpu = engineTrainer({ out: store.out, resources: { ...resources, device: "webgpu" } }, store);
  expect(onGpu.computedOn()).toEqual({ threads: 2, device: "webgpu" });
});

test("checkpoints of all attempts go once a trial has a result; the attempts stay", () => {
  const store = new SweepStore(temporaryFolder());
  const trialId = store.addSpec(examplePlan().specs[0]!);
  const attempts = [store.claimAttempt(trialId), store.claimAttempt(trialId)];
  for (const { folder } of attempts) mkdirSync(resumeFolder(folder), { recursive: true });
  engineTrainer({ out: store.out, resources }, store).forgetUnfinished(trialId);
  expect(attempts.map(({ folder }) => [existsSync(folder), existsSync(resumeFolder(folder))])).toEqual([
    [true, false],
    [true, false],
  ]);
});
