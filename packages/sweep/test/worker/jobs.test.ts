import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readPeftAdapter } from "@lorank/checkpoint/files";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { ProgressEvent } from "../../src/plan/events.ts";
import { readAttemptState } from "../../src/store/attempt-log.ts";
import { SweepStore } from "../../src/store/store.ts";
import { measure, trainTrial } from "../../src/worker/jobs.ts";
import { examplePlan, temporaryFolder } from "../helpers/example.ts";
import { misbehaving } from "../helpers/fake-trainer.ts";
import { placeOf } from "../helpers/finished.ts";

describe("trainTrial", () => {
  function trialOf(changes: Parameters<typeof examplePlan>[0] = {}): { store: SweepStore; trialId: string } {
    const store = new SweepStore(temporaryFolder());
    return { store, trialId: store.addSpec(examplePlan(changes).specs[0]!) };
  }

  afterEach(() => void vi.useRealTimers());

  test("leaves a log, an adapter and a result in the claimed attempt, and publishes the result", async () => {
    // Fewer events are logged than reported, by the clock: it stands still.
    vi.useFakeTimers({ toFake: ["performance"] });
    const { store, trialId } = trialOf();
    const { number, folder } = store.claimAttempt(trialId);
    const events: ProgressEvent[] = [];
    await trainTrial(placeOf(store), { kind: "train", trialId, attempt: number }, (event) =>
      events.push(event),
    );

    expect(store.winningAttempt(trialId)!.number).toBe(1);
    expect(store.readResult(trialId).spec).toEqual(store.readSpec(trialId));
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
    const { store, trialId } = trialOf();
    store.claimAttempt(trialId);
    await trainTrial(placeOf(store), { kind: "train", trialId }, () => {});
    expect(store.winningAttempt(trialId)!.number).toBe(2);
  });

  test("refuses an attempt that nobody claimed", async () => {
    const { store, trialId } = trialOf();
    await expect(
      trainTrial(placeOf(store), { kind: "train", trialId, attempt: 5 }, () => {}),
    ).rejects.toThrow(`attempt must be a claimed number, got 5 of trial ${trialId}`);
  });

  test("has no result when the adapter could not be written", async () => {
    const { store, trialId } = trialOf();
    const { number, folder } = store.claimAttempt(trialId);
    writeFileSync(join(folder, "adapter"), "a file where the folder should be");
    await expect(
      trainTrial(placeOf(store), { kind: "train", trialId, attempt: number }, () => {}),
    ).rejects.toThrow("EEXIST");
    expect(store.isDone(trialId)).toBe(false);
    expect(readAttemptState(folder)!.end).toMatchObject({
      kind: "ended",
      reason: expect.stringMatching("EEXIST"),
    });
  });

  test("a diverged trial is a result without an adapter", async () => {
    const { store, trialId } = trialOf({ ranks: [8], seeds: [misbehaving.diverges] });
    await trainTrial(placeOf(store), { kind: "train", trialId }, () => {});
    expect(store.readResult(trialId)).toMatchObject({ status: "diverged", divergedAtStep: 3 });
    expect(existsSync(join(store.winningAttempt(trialId)!.folder, "adapter"))).toBe(false);
  });

  test("the head-only baseline is a result without an adapter", async () => {
    const { store, trialId } = trialOf({ ranks: [0], headOnlyBaseline: true });
    await trainTrial(placeOf(store), { kind: "train", trialId }, () => {});
    expect(store.readResult(trialId).status).toBe("completed");
    expect(existsSync(join(store.winningAttempt(trialId)!.folder, "adapter"))).toBe(false);
  });
});

describe("measure", () => {
  test("writes what a trial costs, and claims no attempt", async () => {
    const store = new SweepStore(temporaryFolder());
    const trialId = store.addSpec(examplePlan({ ranks: [2] }).specs[0]!);
    const resultFile = join(store.out, "cost.json");
    await measure(placeOf(store), { kind: "measure", trialId, steps: 4, seconds: 1, resultFile });
    expect(JSON.parse(readFileSync(resultFile, "utf8"))).toMatchObject({
      secondsPerStep: 0.5,
      openSeconds: 2,
    });
    expect(store.attempts(trialId)).toEqual([]);
  });
});
