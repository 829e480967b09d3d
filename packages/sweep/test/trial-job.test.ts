import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readPeftAdapter } from "@lorank/checkpoint";
import type { TrialEvent } from "@lorank/train";
import { expect, test } from "vitest";
import { SweepStore } from "../src/store/store.ts";
import { runTrialJob, type TrialJob } from "../src/trial-job.ts";
import { examplePlan, fakeTrial, temporaryFolder } from "./helpers/example.ts";
import { misbehaving } from "./helpers/fake-trial.ts";

function jobFor(changes: Parameters<typeof examplePlan>[0] = {}): { store: SweepStore; job: TrialJob } {
  const store = new SweepStore(temporaryFolder());
  const trialId = store.addSpec(examplePlan(changes).specs[0]!);
  const job = {
    out: store.out,
    trialId,
    modelFolder: "",
    datasetFile: "",
    threads: 1,
    trialModule: fakeTrial,
  };
  return { store, job };
}

test("leaves a log, an adapter and a result in the claimed attempt, and publishes the result", async () => {
  const { store, job } = jobFor();
  const { number, folder } = store.claimAttempt(job.trialId);
  const events: TrialEvent[] = [];
  await runTrialJob({ ...job, attempt: number }, (event) => events.push(event));

  expect(store.winningAttempt(job.trialId)!.number).toBe(1);
  expect(store.readResult(job.trialId).spec).toEqual(store.readSpec(job.trialId));
  expect(readPeftAdapter(join(folder, "adapter")).targetModules).toEqual(["q_proj", "v_proj"]);
  const log = readFileSync(join(folder, "log.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { kind: string; time: string });
  expect(log[0]).toMatchObject({ kind: "started", pid: process.pid, threads: 1, device: "cpu" });
  expect(log.at(-1)).toMatchObject({ kind: "committed", place: "first", status: "completed" });
  expect(log.slice(1, -1).map(({ time, ...event }) => event)).toEqual(events);
  expect(events.at(0)).toMatchObject({ kind: "step", step: 1 });
});

test("claims an attempt itself when it is not given one, as under a cluster's scheduler", async () => {
  const { store, job } = jobFor();
  store.claimAttempt(job.trialId);
  await runTrialJob(job, () => {});
  expect(store.winningAttempt(job.trialId)!.number).toBe(2);
});

test("refuses an attempt that nobody claimed", async () => {
  const { job } = jobFor();
  await expect(runTrialJob({ ...job, attempt: 5 }, () => {})).rejects.toThrow(
    `attempt must be a claimed number, got 5 of trial ${job.trialId}`,
  );
});

test("has no result when the adapter could not be written", async () => {
  const { store, job } = jobFor();
  const { number, folder } = store.claimAttempt(job.trialId);
  writeFileSync(join(folder, "adapter"), "a file where the folder should be");
  await expect(runTrialJob({ ...job, attempt: number }, () => {})).rejects.toThrow("EEXIST");
  expect(store.isDone(job.trialId)).toBe(false);
});

test("a diverged trial is a result without an adapter", async () => {
  const { store, job } = jobFor({ ranks: [8], seeds: [misbehaving.diverges] });
  await runTrialJob(job, () => {});
  expect(store.readResult(job.trialId)).toMatchObject({ status: "diverged", divergedAtStep: 3 });
  expect(existsSync(join(store.winningAttempt(job.trialId)!.folder, "adapter"))).toBe(false);
});

test("the head-only baseline is a result without an adapter", async () => {
  const { store, job } = jobFor({ ranks: [0], headOnlyBaseline: true });
  await runTrialJob(job, () => {});
  expect(store.readResult(job.trialId).status).toBe("completed");
  expect(existsSync(join(store.winningAttempt(job.trialId)!.folder, "adapter"))).toBe(false);
});

test("refuses a trial module without runTrial", async () => {
  const { job } = jobFor();
  const trialModule = join(job.out, "empty.mjs");
  writeFileSync(trialModule, "export {};\n");
  await expect(runTrialJob({ ...job, trialModule }, () => {})).rejects.toMatchObject({
    code: "E_TRIAL_MODULE",
    message: `trialModule must export a function runTrial, got ${trialModule} without one`,
  });
});
