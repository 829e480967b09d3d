// Trials that share a process: what is on disk and what is told must be as if each had its own.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readPeftAdapter } from "@lorank/checkpoint";
import type { TrialEvent } from "@lorank/train";
import { expect, test } from "vitest";
import { runSweep } from "../src/index.ts";
import { type ExecutorEvent, runLocally } from "../src/local-executor.ts";
import type { SweepConfig } from "../src/plan/plan.ts";
import { SweepStore } from "../src/store/store.ts";
import { runTrialJob } from "../src/trial-job.ts";
import { comparable, examplePlan, fakeTrial, temporaryFolder, workplace } from "./helpers/example.ts";
import { misbehaving } from "./helpers/fake-trial.ts";

const resources = { modelFolder: "", datasetFile: "", threads: 1, trialModule: fakeTrial };

function storeOf(changes: Partial<SweepConfig>): { store: SweepStore; ids: string[] } {
  const store = new SweepStore(temporaryFolder());
  return { store, ids: examplePlan(changes).specs.map((spec) => store.addSpec(spec)) };
}

async function execute(
  changes: Partial<SweepConfig>,
  pack: number,
  onEvent: (event: ExecutorEvent, store: SweepStore) => void = () => {},
) {
  const { store, ids } = storeOf(changes);
  const events: ExecutorEvent[] = [];
  const outcome = await runLocally(store, {
    ids,
    resources,
    trialsAtOnce: 2,
    pack,
    maxAttempts: 2,
    onEvent: (event) => {
      events.push(event);
      onEvent(event, store);
    },
  });
  return { store, ids, events, outcome };
}

/** The process of each attempt at a trial, by its log. */
function pids(store: SweepStore, id: string): number[] {
  return store.attempts(id).map(({ folder }) => {
    const [first] = readFileSync(join(folder, "log.jsonl"), "utf8").split("\n");
    return (JSON.parse(first!) as { pid: number }).pid;
  });
}

const kindsOf = (events: readonly ExecutorEvent[], id: string): string[] =>
  events.filter(({ trialId, kind }) => trialId === id && kind !== "progress").map(({ kind }) => kind);

test("five trials in packs of three take two processes, and each has its own attempt, adapter and result", async () => {
  const { store, ids, events, outcome } = await execute({ ranks: [2], seeds: [0, 1, 2, 3, 4] }, 3);
  expect(outcome.finished.toSorted()).toEqual(ids.toSorted());
  const processes = ids.map((id) => pids(store, id));
  expect(processes.every(({ length }) => length === 1)).toBe(true);
  const [a, b, c, d, e] = processes.flat();
  expect([b, c, e]).toEqual([a, a, d]);
  expect(a).not.toBe(d);
  for (const id of ids) {
    expect(kindsOf(events, id)).toEqual(["started", "finished"]);
    expect(events.some(({ kind, trialId }) => kind === "progress" && trialId === id)).toBe(true);
    expect(store.readResult(id).spec).toEqual(store.readSpec(id));
    expect(readPeftAdapter(join(store.winningAttempt(id)!.folder, "adapter")).rank).toBe(2);
  }
});

test("a trial that brings its pack down is tried again alone, and so are the others", async () => {
  const { store, ids, events, outcome } = await execute({ ranks: [2], seeds: [0, misbehaving.throws, 1] }, 3);
  const bad = ids.find((id) => store.readSpec(id).seed === misbehaving.throws)!;
  expect(outcome.failed.map(({ trialId }) => trialId)).toEqual([bad]);
  expect(outcome.finished.toSorted()).toEqual(ids.filter((id) => id !== bad).toSorted());
  for (const id of outcome.finished) {
    expect(kindsOf(events, id)).toEqual(["started", "retried", "started", "finished"]);
    const [packed, alone] = pids(store, id);
    expect(alone).not.toBe(packed);
  }
  expect(kindsOf(events, bad)).toEqual(["started", "retried", "started", "retried", "started", "failed"]);
});

test("a killed pack loses no trial", async () => {
  let killed = false;
  const { ids, events, outcome } = await execute({ ranks: [2], seeds: [0, 1] }, 2, (event, store) => {
    if (killed || event.kind !== "progress") return;
    killed = true;
    process.kill(pids(store, event.trialId)[0]!, "SIGKILL");
  });
  expect(killed).toBe(true);
  expect(outcome.finished.toSorted()).toEqual(ids.toSorted());
  expect(events.find(({ kind }) => kind === "retried")).toMatchObject({
    reason: expect.stringContaining("was killed by SIGKILL"),
  });
});

test("what is committed before a pack ends badly stays", async () => {
  const { store, ids } = storeOf({ ranks: [2], seeds: [0, 1] });
  const [first, second] = ids.map((id) => store.claimAttempt(id));
  writeFileSync(join(second!.folder, "adapter"), "a file where the folder should be");
  const told: [string, TrialEvent][] = [];
  const job = {
    ...resources,
    out: store.out,
    trialId: first!.trialId,
    attempt: 1,
    packedWith: [{ trialId: second!.trialId, attempt: 1 }],
  };
  const run = runTrialJob(job, (event, trialId) => told.push([trialId, event]));
  await expect(run).rejects.toThrow("EEXIST");
  expect(ids.map((id) => store.isDone(id))).toEqual([true, false]);
  expect(new Set(told.map(([id]) => id))).toEqual(new Set(ids));
});

test("a trial module for packs must export runPackedTrials", async () => {
  const { store, ids } = storeOf({ ranks: [2], seeds: [0, 1] });
  const trialModule = join(store.out, "alone.mjs");
  writeFileSync(trialModule, "export const runTrial = () => {};\n");
  const packedWith = [{ trialId: ids[1]! }];
  const job = { ...resources, out: store.out, trialId: ids[0]!, packedWith, trialModule };
  await expect(runTrialJob(job, () => {})).rejects.toMatchObject({
    code: "E_TRIAL_MODULE",
    message: `trialModule must export a function runPackedTrials, got ${trialModule} without one`,
  });
});

test("a sweep in packs has the results of one without", async () => {
  const [packed, alone] = [workplace(), workplace()];
  const outcome = await runSweep(examplePlan(), { ...packed, pack: 3 });
  expect(outcome).toMatchObject({ failed: [], interrupted: false, finishedNow: 4 });
  await runSweep(examplePlan(), alone);
  expect(comparable(packed.out)).toBe(comparable(alone.out));
});

test("DoRA and packs of less than one trial are refused", async () => {
  const dora = examplePlan({ lora: { ...examplePlan().config.lora, dora: true } });
  await expect(runSweep(dora, { ...workplace(), pack: 2 })).rejects.toMatchObject({
    code: "E_SWEEP_OPTIONS",
    message: "pack must be 1 with DoRA, whose magnitudes cannot be packed, got 2",
  });
  await expect(runSweep(examplePlan(), { ...workplace(), pack: 0 })).rejects.toMatchObject({
    message: "pack must be a positive integer, got 0",
  });
});
