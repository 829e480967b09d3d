// Trials that share a process: what is on disk and what is told must be as if each had its own.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readPeftAdapter } from "@lorank/checkpoint/files";
import { expect, test } from "vitest";
import { localExecutor } from "../src/executor/local-executor.ts";
import { runOptions } from "../src/executor/run-options.ts";
import { runTasks, type TaskEvent } from "../src/executor/run-tasks.ts";
import type { ProgressEvent } from "../src/plan/events.ts";
import type { SweepConfig } from "../src/plan/sweep-config.ts";
import { trainingTasks } from "../src/stages/tasks.ts";
import { SweepStore } from "../src/store/store.ts";
import { trainTrials } from "../src/worker/train-trials.ts";
import { comparable, examplePlan, runExample, temporaryFolder, workplace } from "./helpers/example.ts";
import { misbehaving } from "./helpers/fake-trial.ts";
import { placeOf } from "./helpers/finished.ts";

function storeOf(changes: Partial<SweepConfig>): { store: SweepStore; ids: string[] } {
  const store = new SweepStore(temporaryFolder());
  return { store, ids: examplePlan(changes).specs.map((spec) => store.addSpec(spec)) };
}

async function execute(
  changes: Partial<SweepConfig>,
  trialsPerProcess: number,
  onEvent: (event: TaskEvent, store: SweepStore) => void = () => {},
) {
  const { store, ids } = storeOf(changes);
  const events: TaskEvent[] = [];
  const run = runOptions({ trialsAtOnce: 2, maxAttempts: 2 });
  const tasks = trainingTasks(store, ids, trialsPerProcess);
  const outcome = await runTasks(localExecutor(placeOf(store), run), tasks, run, (event) => {
    events.push(event);
    onEvent(event, store);
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

const kindsOf = (events: readonly TaskEvent[], id: string): string[] =>
  events.filter(({ trialId, kind }) => trialId === id && kind !== "progress").map(({ kind }) => kind);

test("five trials, three in a process, take two processes, and each has its own attempt, adapter and result", async () => {
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

test("a trial that brings its process down is tried again alone, and so are the others", async () => {
  const { store, ids, events, outcome } = await execute({ ranks: [2], seeds: [0, misbehaving.throws, 1] }, 3);
  const bad = ids.find((id) => store.readSpec(id).seed === misbehaving.throws)!;
  expect(outcome.failed.map(({ trialId }) => trialId)).toEqual([bad]);
  expect(outcome.finished.toSorted()).toEqual(ids.filter((id) => id !== bad).toSorted());
  for (const id of outcome.finished) {
    expect(kindsOf(events, id)).toEqual(["started", "retried", "started", "finished"]);
    const [shared, alone] = pids(store, id);
    expect(alone).not.toBe(shared);
  }
  expect(kindsOf(events, bad)).toEqual(["started", "retried", "started", "retried", "started", "failed"]);
});

test("a killed process loses no trial", async () => {
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

test("what is committed before a process ends badly stays", async () => {
  const { store, ids } = storeOf({ ranks: [2], seeds: [0, 1] });
  const [first, second] = ids.map((id) => store.claimAttempt(id));
  writeFileSync(join(second!.folder, "adapter"), "a file where the folder should be");
  const told: [string, ProgressEvent][] = [];
  const trials = [first, second].map((claimed) => ({ trialId: claimed!.trialId, attempt: 1 }));
  const run = trainTrials(placeOf(store), trials, (event, trialId) => told.push([trialId, event]));
  await expect(run).rejects.toThrow("EEXIST");
  expect(ids.map((id) => store.isDone(id))).toEqual([true, false]);
  expect(new Set(told.map(([id]) => id))).toEqual(new Set(ids));
});

test("a trial module whose trials share a process must export runStackedTrials", async () => {
  const { store, ids } = storeOf({ ranks: [2], seeds: [0, 1] });
  const trialModule = join(store.out, "alone.mjs");
  writeFileSync(trialModule, "export const runTrial = () => {};\n");
  const trials = ids.map((trialId) => ({ trialId }));
  await expect(trainTrials({ ...placeOf(store), trialModule }, trials, () => {})).rejects.toMatchObject({
    code: "E_TRIAL_MODULE",
    message: `trialModule must export a function runStackedTrials, got ${trialModule} without one`,
  });
});

test("a sweep with three trials in a process has the results of one without", async () => {
  const [shared, alone] = [workplace(), workplace()];
  const outcome = await runExample(examplePlan(), { ...shared, trialsPerProcess: 3 });
  expect(outcome).toMatchObject({ failed: [], interrupted: false, finishedNow: 4 });
  await runExample(examplePlan(), alone);
  expect(comparable(shared.out)).toBe(comparable(alone.out));
});

test("DoRA is refused", async () => {
  const dora = examplePlan({ lora: { ...examplePlan().config.lora, dora: true } });
  await expect(runExample(dora, { ...workplace(), trialsPerProcess: 2 })).rejects.toMatchObject({
    code: "E_SWEEP_OPTIONS",
    message: "trialsPerProcess must be 1 with DoRA, whose magnitudes cannot share a base, got 2",
  });
});
