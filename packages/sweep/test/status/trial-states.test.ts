import { rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { requestCancel } from "../../src/executor/cancel.ts";
import { trialStates } from "../../src/status/trial-states.ts";
import { AttemptLog } from "../../src/store/attempt-log.ts";
import { type Attempt, SweepStore } from "../../src/store/store.ts";
import { examplePlan, temporaryFolder } from "../helpers/example.ts";
import { finishTrials } from "../helpers/finished.ts";

const { specs } = examplePlan();

/** A store in which no trial has begun, the first trial, and how that is at some time. */
function begun() {
  const store = new SweepStore(temporaryFolder());
  const id = store.addSpec(specs[0]!);
  const state = (now = Date.now(), known = new Map()) => trialStates(store, now, known, "accuracy")(id);
  return { store, id, state };
}

/** Writes the log of an attempt that began now on this host or another. */
function writeLog({ folder }: Attempt, host: string, ...events: object[]): void {
  const time = new Date().toISOString();
  const start = { kind: "started", time, host, pid: process.pid, device: "webgpu" };
  const lines = [start, ...events].map((line) => `${JSON.stringify({ time, ...line })}\n`);
  writeFileSync(join(folder, "log.jsonl"), lines.join(""));
}

test("the last attempt says how a trial is", () => {
  const { store, id, state } = begun();
  expect(state()).toEqual({ state: "waiting", attempts: 0 });
  const attempt = () => new AttemptLog(store.claimAttempt(id).folder, { threads: 1, device: "cpu" });
  attempt().end({ kind: "ended", reason: "no layer matches" });
  expect(state()).toEqual({ state: "failed", attempt: 1, reason: "no layer matches" });
  const second = attempt();
  expect(state()).toMatchObject({ state: "running", attempt: 2, host: hostname() });
  second.end({ kind: "ended", reason: "interrupted", interrupted: true });
  expect(state()).toEqual({ state: "waiting", attempts: 2 });
});

test("a process elsewhere is taken for lost a minute after it was last heard of", () => {
  const { store, id, state } = begun();
  writeLog(
    store.claimAttempt(id),
    "elsewhere",
    { kind: "step", step: 3, steps: 5, loss: 0.25 },
    { kind: "evaluating", done: 2, total: 9 },
  );
  const now = Date.now();
  const { seconds, ...running } = state(now + 55_000) as Extract<
    ReturnType<typeof state>,
    { state: "running" }
  >;
  expect(running).toEqual({
    state: "running",
    attempt: 1,
    host: "elsewhere",
    device: "webgpu",
    step: 3,
    steps: 5,
    loss: 0.25,
    evaluating: { done: 2, total: 9 },
  });
  expect(Math.round(seconds)).toBe(55);
  expect(state(now + 65_000)).toMatchObject({ state: "lost", isGone: false, step: 3 });
});

test("a trial that goes on from a checkpoint says from where, before its first step and however long its log is", () => {
  const { store, id, state } = begun();
  const resumed = { kind: "resumed", step: 200, steps: 1000 };
  const attempt = store.claimAttempt(id);
  writeLog(attempt, hostname(), { kind: "note", text: "of step 400" }, resumed);
  expect(state()).toMatchObject({ state: "running", resumedFrom: 200, steps: 1000 });
  expect(state()).not.toHaveProperty("step");
  const steps = Array.from({ length: 100 }, (_, i) => ({
    kind: "step",
    step: 201 + i,
    steps: 1000,
    loss: 1,
  }));
  writeLog(attempt, hostname(), resumed, ...steps);
  expect(state()).toMatchObject({ state: "running", resumedFrom: 200, step: 300, steps: 1000 });
});

test("a process here runs however long it is silent, and a clock that goes ahead gives no time below 0", () => {
  const { store, id, state } = begun();
  writeLog(store.claimAttempt(id), hostname());
  expect(state(Date.now() + 3_600_000)).toMatchObject({ state: "running" });
  expect(state(Date.now() - 3_600_000)).toMatchObject({ state: "running", seconds: 0 });
});

test("only a trial that waits is cancelled", async () => {
  const { store, id, state } = begun();
  requestCancel(store.out, [id]);
  expect(state()).toEqual({ state: "cancelled" });
  const log = new AttemptLog(store.claimAttempt(id).folder, {});
  expect(state().state).toBe("running");
  log.end({ kind: "ended", reason: "no layer matches" });
  expect(state().state).toBe("failed");
  await finishTrials(store, specs.slice(0, 1));
  expect(state().state).toBe("done");
});

test("a trial that is done says what came of it, and is read once", async () => {
  const { store, id } = begun();
  await finishTrials(store, specs.slice(0, 1));
  const { evaluation, measured } = store.readResult(id);
  const known = new Map();
  const again = new SweepStore(store.out);
  const first = trialStates(again, Date.now(), known, "accuracy")(id);
  expect(first).toEqual({
    state: "done",
    status: "completed",
    accuracy: evaluation!.accuracy,
    logLoss: evaluation!.logLoss,
    seconds: measured.seconds.total,
  });
  rmSync(store.resultPath(id)); // it has a second name, which stays as it was
  writeFileSync(store.resultPath(id), "no JSON");
  expect(trialStates(again, Date.now(), known, "accuracy")(id)).toBe(first);
  expect(() => trialStates(again, Date.now(), new Map(), "accuracy")(id)).toThrow("must be JSON");
});
