import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { SweepStore } from "../src/store/store.ts";
import type { TrialJob } from "../src/trial-job.ts";
import { examplePlan, fakeTrial, temporaryFolder } from "./helpers/example.ts";
import { misbehaving } from "./helpers/fake-trial.ts";
import { until } from "./helpers/sweep-process.ts";

const program = fileURLToPath(new URL("../src/trial-process.ts", import.meta.url));

/** Starts the program without a parent that listens, as a scheduler would. */
function start(seed: number): {
  store: SweepStore;
  id: string;
  child: ChildProcess;
  ended: Promise<number | null>;
} {
  const store = new SweepStore(temporaryFolder());
  const id = store.addSpec(examplePlan({ ranks: [2], seeds: [seed] }).specs[0]!);
  const job: TrialJob = {
    out: store.out,
    trialId: id,
    modelFolder: "",
    datasetFile: "",
    threads: 1,
    trialModule: fakeTrial,
  };
  const child = spawn(process.execPath, [...process.execArgv, program, JSON.stringify(job)], {
    stdio: "ignore",
  });
  return { store, id, child, ended: new Promise((resolve) => child.once("exit", resolve)) };
}

test("works alone: claims an attempt, commits and exits with 0", async () => {
  const { store, id, ended } = start(0);
  expect(await ended).toBe(0);
  expect(store.isDone(id)).toBe(true);
});

test.each(["SIGINT", "SIGTERM"] as const)("%s ends it with 75 and without a result", async (signal) => {
  const { store, id, child, ended } = start(misbehaving.takesForever);
  await until(() => existsSync(join(store.path("attempts", id), "1", "log.jsonl")), "the trial runs");
  child.kill(signal);
  expect(await ended).toBe(75);
  expect(store.isDone(id)).toBe(false);
});

test.each([
  [misbehaving.throws, 1],
  [misbehaving.wrongInput, 2],
])("seed %i, which fails, exits with %i", async (seed, code) => {
  expect(await start(seed).ended).toBe(code);
});
