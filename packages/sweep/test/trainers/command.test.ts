import { existsSync, mkdirSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { SweepStore } from "../../src/store/store.ts";
import { commandTrainer } from "../../src/trainers/command.ts";
import { resumeFolder } from "../../src/trainers/take-over.ts";
import { examplePlan, temporaryFolder } from "../helpers/example.ts";

const command = { folder: ".", metric: "accuracy" } as const;
afterEach(() => vi.unstubAllEnvs());

test("an attempt's log names the device that the process was given, and no threads", () => {
  const store = new SweepStore(temporaryFolder());
  const trainer = commandTrainer({ out: store.out, command }, store);
  vi.stubEnv("LORANK_DEVICE", undefined);
  expect(trainer.computedOn()).toEqual({});
  vi.stubEnv("LORANK_DEVICE", "cuda:1");
  expect(trainer.computedOn()).toEqual({ device: "cuda:1" });
});

test("what a command saved to go on from is its own affair, and so is the environment of its processes", () => {
  const store = new SweepStore(temporaryFolder());
  const trialId = store.addSpec(examplePlan().specs[0]!);
  const { folder } = store.claimAttempt(trialId);
  mkdirSync(resumeFolder(folder));
  const trainer = commandTrainer({ out: store.out, command }, store);
  trainer.forgetUnfinished(trialId);
  expect(existsSync(resumeFolder(folder))).toBe(true);
  expect(trainer.processes.environment({ A: "1" })).toEqual({ A: "1" });
});
