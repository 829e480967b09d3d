import { setImmediate as tick } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { JobData } from "../src/messages.ts";
import { driver, exited, jobOf } from "./helpers/driver.ts";

describe("an earlier driver's job of the same trial", () => {
  test("that runs becomes ours, with what it has told so far", async () => {
    const { fake, ids, one, events, queue, submit } = driver();
    fake.put("earlier", one.data, { state: "active", progress: { node: "n1", attempt: 2 } });
    await queue.takeOver();
    const { end } = await submit(one);
    expect(fake.states).toEqual({ earlier: "active" });
    expect(events).toEqual([{ kind: "started", trialId: ids[0], attempt: 2 }]);
    queue.ended("earlier", exited);
    await tick();
    expect(end()).toEqual(exited);
  });

  test("that waits makes room for ours, and what its last worker told is past", async () => {
    const { fake, one, other, events, queue, submit } = driver();
    fake.put("earlier", one.data, { progress: { node: "n1", attempt: 2 } });
    fake.put("of another trial", other.data);
    await queue.takeOver();
    await submit(one);
    expect(fake.states).toEqual({ "of another trial": "wait", [one.id]: "wait" });
    expect(events).toEqual([]);
  });

  test("that is the very same is kept, whether it waits or runs", async () => {
    for (const state of ["wait", "active"] as const) {
      const { fake, one, queue, submit } = driver();
      fake.put(one.id, one.data, { state, progress: 50 });
      await queue.takeOver();
      await submit(one);
      expect([...fake.jobs.values()]).toMatchObject([{ id: one.id, state, progress: 50 }]);
    }
  });

  test("tells what it has told so far once, though the trial is submitted again", async () => {
    const { fake, ids, one, events, queue, submit } = driver();
    fake.put(one.id, one.data, { state: "active", progress: { node: "n1", attempt: 2 } });
    await queue.takeOver();
    await submit(one);
    expect(events).toEqual([{ kind: "started", trialId: ids[0], attempt: 2 }]);
    fake.end(one.id, {});
    queue.ended(one.id, exited);
    await tick();
    await submit(one);
    expect(events).toHaveLength(1);
  });

  test("that has ended since is asked for at once", async () => {
    const { fake, one, queue, submit } = driver();
    fake.put("earlier", one.data, { state: "active" });
    await queue.takeOver();
    fake.remove = async () => 0; // it ends a moment after this
    fake.end("earlier", { returnvalue: exited });
    expect((await submit(one)).end()).toEqual(exited);
  });

  test("that is lost is added again under our id", async () => {
    const { fake, one, queue, submit } = driver();
    fake.put("earlier", one.data, { state: "active" });
    await queue.takeOver();
    await submit(one);
    fake.jobs.clear();
    queue.removed("earlier");
    await tick();
    expect(fake.states).toEqual({ [one.id]: "wait" });
  });

  test("is passed over where it has ended, trains nothing or cannot be read", async () => {
    const { fake, one, queue, submit } = driver();
    const base: JobData = { folder: "", work: { ...one.data.work, kind: "base" } as JobData["work"] };
    for (const id of ["a", "b"])
      for (const state of ["completed", "failed"] as const) fake.put(`${state} ${id}`, one.data, { state });
    fake.put("base", base, { state: "active" });
    fake.put("unreadable", { work: 1 }, { state: "active" });
    await queue.takeOver();
    await submit(one);
    expect(fake.states).toEqual({ base: "active", unreadable: "active", [one.id]: "wait" });
  });

  test("is left alone by work of another kind", async () => {
    const { fake, one, queue, submit } = driver();
    fake.put("earlier", one.data);
    await queue.takeOver();
    const base = jobOf({ folder: "", work: { ...one.data.work, kind: "base" } as JobData["work"] });
    await submit(base);
    expect(fake.states).toEqual({ earlier: "wait", [base.id]: "wait" });
  });
});
