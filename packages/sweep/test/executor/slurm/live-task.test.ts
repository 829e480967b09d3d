import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { newBatch, startPath, writeStart } from "../../../src/executor/slurm/batch.ts";
import { LiveTask } from "../../../src/executor/slurm/live-task.ts";
import { SweepStore } from "../../../src/store/store.ts";
import { temporaryFolder } from "../../helpers/example.ts";

describe("the end of a task that wrote none", () => {
  const trialId = "a".repeat(64);

  /** A task that is gone, with this last state in the queue and this in Slurm's output. */
  function gone(state: string, { output = "", started = true, resume = false } = {}) {
    const store = new SweepStore(temporaryFolder());
    const batch = newBatch(store.out);
    mkdirSync(dirname(startPath(batch, 0)), { recursive: true });
    writeFileSync(join(batch.folder, "slurm-0.out"), output);
    const attempt = store.claimAttempt(trialId);
    if (started) writeStart(batch, 0, attempt.number);
    if (resume) mkdirSync(join(attempt.folder, "resume"));
    const task = new LiveTask(store, batch, 0, { kind: "train", trialId }, "12_0");
    task.entry = { name: batch.name, index: 0, jobId: "12_0", state, reason: "None", node: "n1" };
    return task;
  }

  test("a time limit is the end of a trial that left nothing to go on from, and of no other", () => {
    expect(gone("TIMEOUT").endWithoutWord()).toEqual({
      reason:
        "its job 12_0 reached its time limit, and the trainer left no resume/ to go on from; use a longer --time",
      mayRetry: false,
    });
    expect(gone("TIMEOUT", { resume: true }).endWithoutWord()).toEqual({
      reason: "its job 12_0 reached its time limit",
      mayRetry: true,
    });
  });

  test("what somebody cancelled is not tried again", () => {
    const output = "slurmstepd-n1: error: *** JOB 6 ON n1 CANCELLED AT 2026-11-26T00:28:12 ***\n";
    expect(gone("CANCELLED", { output }).endWithoutWord()).toMatchObject({ mayRetry: false });
    expect(gone("CANCELLED", { started: false }).endWithoutWord()).toMatchObject({ mayRetry: false });
  });

  test("what Slurm cancelled is: because of a node, or because an old copy ended late", () => {
    const output =
      "slurmstepd-n1: error: *** JOB 6 ON n1 CANCELLED AT 2026-11-26T00:28:12 DUE TO NODE FAILURE ***\n";
    expect(gone("CANCELLED", { output }).endWithoutWord()).toMatchObject({
      mayRetry: true,
      reason: expect.stringContaining("DUE TO NODE FAILURE"),
    });
    expect(gone("CANCELLED").endWithoutWord()).toMatchObject({ mayRetry: true });
  });

  test.each([
    ["OUT_OF_MEMORY", "its job 12_0 was killed on n1 (out of memory: more than Slurm gave it)"],
    ["NODE_FAIL", "its job 12_0 ended when its node was lost (n1)"],
    [
      "COMPLETED",
      "its job 12_0 ended on n1 without a result of its process; Slurm's output last says:\nBus error",
    ],
  ])("%s: %s", (state, reason) => {
    const output = state === "COMPLETED" ? "\u001b[31mBus error\n" : "";
    expect(gone(state, { output }).endWithoutWord()).toEqual({ reason, mayRetry: true });
  });

  test("what the run itself ended says so", () => {
    const task = gone("CANCELLED", { started: false });
    task.cancelled = "kill";
    expect(task.endWithoutWord()).toEqual({ reason: "its job 12_0 was cancelled", mayRetry: true });
  });
});

describe("the news of a task", () => {
  const trialId = "a".repeat(64);

  test("reads on what an attempt logs, whole lines alone, and starts with the next attempt", () => {
    const store = new SweepStore(temporaryFolder());
    const batch = newBatch(store.out);
    const task = new LiveTask(store, batch, 3, { kind: "train", trialId }, "12_3");
    expect(task.news()).toEqual([]);

    const attempt = store.claimAttempt(trialId);
    const log = join(attempt.folder, "log.jsonl");
    mkdirSync(dirname(startPath(batch, 3)), { recursive: true });
    writeStart(batch, 3, 1);
    expect(task.news()).toEqual([{ kind: "started", trialId, attempt: 1 }]);
    appendFileSync(
      log,
      '{"time":"t","kind":"started","pid":1}\n{"time":"t","kind":"step","step":1,"steps":2,"loss":0.5}\n{"ti',
    );
    expect(task.news()).toEqual([
      { kind: "progress", trialId, event: { kind: "step", step: 1, steps: 2, loss: 0.5 } },
    ]);
    expect(task.news()).toEqual([]);
    appendFileSync(log, 'me":"t","kind":"evaluating","done":1,"total":2}\nnot json\n{"kind":"committed"}\n');
    expect(task.news()).toEqual([
      { kind: "progress", trialId, event: { kind: "evaluating", done: 1, total: 2 } },
    ]);

    store.claimAttempt(trialId);
    writeStart(batch, 3, 2);
    expect(task.news()).toEqual([{ kind: "started", trialId, attempt: 2 }]);
  });
});
