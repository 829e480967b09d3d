import { setImmediate as tick } from "node:timers/promises";
import type { WorkEnd } from "@lorank/sweep/executor";
import { describe, expect, test } from "vitest";
import type { JobData } from "../src/messages.ts";
import { cancelled, driver, exited, jobOf } from "./helpers/driver.ts";

const hasResult: WorkEnd = { reason: "the results folder has its result", mayRetry: true };

describe("a submitted job", () => {
  test("is added once, under its own id and for one attempt, and no longer counts as cancelled", async () => {
    const { fake, one, submit } = driver();
    fake.cancelled.set(one.id, "stop");
    fake.cancelled.set("another", "stop");
    await submit(one);
    await submit(one);
    expect([...fake.jobs.values()]).toMatchObject([{ ...one, attempts: 1, state: "wait" }]);
    expect([...fake.cancelled.keys()]).toEqual(["another"]);
  });

  test("that the queue does not take ends with the reason, and may be tried again", async () => {
    const { fake, one, submit } = driver();
    fake.failure = new Error("OOM command not allowed");
    expect((await submit(one)).end()).toEqual({
      reason: "the queue did not take it: OOM command not allowed",
      mayRetry: true,
    });
  });

  test("has its own events and its own end; then the queue forgets it alone", async () => {
    const { fake, ids, one, other, events, queue, submit } = driver();
    const [first, second] = [await submit(one), await submit(other)];
    queue.progressed(one.id, { node: "n1", attempt: 3 });
    expect(events).toEqual([{ kind: "started", trialId: ids[0], attempt: 3 }]);
    queue.ended(one.id, exited);
    queue.ended("another", exited);
    await tick();
    expect([first.end(), second.end()]).toEqual([exited, undefined]);
    expect(fake.states).toEqual({ [other.id]: "wait" });
  });

  test("of another driver is not removed at its end", async () => {
    const { fake, one, queue } = driver();
    fake.put("another", one.data, { state: "completed" });
    queue.ended("another", exited);
    queue.removed("another");
    await tick();
    expect(fake.calls).toEqual([]);
  });
});

describe("a job that is gone from the queue", () => {
  test("was cancelled where the queue says so", async () => {
    const { fake, one, queue, submit } = driver();
    const { end } = await submit(one);
    fake.jobs.clear();
    fake.cancelled.set(one.id, "stop");
    queue.removed(one.id);
    await tick();
    expect(end()).toEqual(cancelled);
  });

  test("is done where its trial has a result", async () => {
    const { fake, one, queue, submit, finishOne } = driver();
    const { end } = await submit(one);
    await finishOne();
    fake.jobs.clear();
    queue.removed(one.id);
    await tick();
    expect(end()).toEqual(hasResult);
    expect(fake.states).toEqual({});
  });

  test("was lost otherwise, and is added again", async () => {
    const { fake, one, queue, submit } = driver();
    const { end } = await submit(one);
    fake.jobs.clear();
    queue.removed(one.id);
    await tick();
    expect(end()).toBeUndefined();
    expect(fake.states).toEqual({ [one.id]: "wait" });
  });

  test("is not asked for by a driver that is closed", async () => {
    const { fake, one, queue, submit } = driver();
    await submit(one);
    fake.jobs.clear();
    const closed = queue.close();
    queue.removed(one.id);
    await closed;
    await tick();
    expect(fake.states).toEqual({});
  });
});

test.each([
  ["its worker's answer", { returnvalue: exited }, exited],
  [
    "the loss of its workers",
    { state: "failed", failedReason: "job stalled more than allowable limit" },
    { reason: "its workers were lost: job stalled more than allowable limit", mayRetry: true },
  ],
] as const)("a job that ended unheard ends at the next look with %s", async (_, members, expected) => {
  const { fake, one, queue, submit } = driver();
  const { end } = await submit(one);
  fake.end(one.id, members);
  await queue.lookThrough();
  await tick();
  expect(end()).toEqual(expected);
  expect(fake.states).toEqual({});
});

describe("a look at the queue", () => {
  test("leaves jobs that wait or run as they are", async () => {
    const { fake, one, other, queue, submit } = driver();
    const [first, second] = [await submit(one), await submit(other)];
    fake.jobs.get(other.id)!.state = "active";
    await queue.lookThrough();
    expect([first.end(), second.end()]).toEqual([undefined, undefined]);
    expect(fake.states).toEqual({ [one.id]: "wait", [other.id]: "active" });
  });

  test("ends a job whose trial had its result at the look before too, for its process may still answer", async () => {
    const { fake, one, queue, submit, finishOne } = driver();
    const { end } = await submit(one);
    await finishOne();
    await queue.lookThrough();
    await tick();
    expect(end()).toBeUndefined();
    await queue.lookThrough();
    await tick();
    expect(end()).toEqual(hasResult);
    expect(fake.states).toEqual({});
  });

  test("does nothing without a connection, and after an error the next one works", async () => {
    const { fake, one, other, queue, submit } = driver();
    const { end } = await submit(one);
    await submit(other);
    fake.end(one.id, { returnvalue: exited });
    fake.status = "reconnecting";
    const before = fake.calls.length;
    await queue.lookThrough();
    expect(fake.calls).toHaveLength(before);
    fake.status = "ready";
    fake.failure = new Error("Connection is closed");
    await queue.lookThrough();
    expect(end()).toBeUndefined();
    await queue.lookThrough();
    await tick();
    expect(end()).toEqual(exited);
  });

  test("does not begin before the one before has ended", async () => {
    const { fake, one, queue, submit } = driver();
    await submit(one);
    fake.calls.length = 0;
    await Promise.all([queue.lookThrough(), queue.lookThrough()]);
    expect(fake.calls).toEqual(["getRanges", "getWorkersCount"]);
  });

  test("says that no worker takes jobs, once until there was one, and never of an empty queue", async () => {
    const { fake, one, queue, said, submit } = driver();
    fake.workers = 0;
    await queue.lookThrough();
    expect(said).toEqual([]);
    await submit(one);
    await queue.lookThrough();
    await queue.lookThrough();
    const words = "No worker takes jobs from the queue. On each machine: lorank worker <out> --redis <url>";
    expect(said).toEqual([words]);
    fake.workers = 1;
    await queue.lookThrough();
    expect(said).toEqual([words]);
    fake.workers = 0;
    await queue.lookThrough();
    expect(said).toEqual([words, words]);
  });
});

test("work that is no training has no result to look for: lost, it is added again", async () => {
  const { fake, one, queue, submit, finishOne } = driver();
  const base = jobOf({ folder: "", work: { ...one.data.work, kind: "base" } as JobData["work"] });
  await finishOne();
  const { end } = await submit(base);
  fake.jobs.clear();
  await queue.lookThrough();
  expect(end()).toBeUndefined();
  expect(fake.states).toEqual({ [base.id]: "wait" });
});

test("a driver that closes waits for what it has asked of the queue", async () => {
  const { fake, one, queue, submit } = driver();
  await submit(one);
  const order: string[] = [];
  fake.remove = async () => {
    await tick();
    order.push("removed");
    return 1;
  };
  queue.ended(one.id, exited);
  await queue.close();
  order.push("closed");
  expect(order).toEqual(["removed", "closed"]);
});
