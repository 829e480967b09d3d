import { setImmediate as tick } from "node:timers/promises";
import type { WorkEnd } from "@lorank/sweep/executor";
import { describe, expect, test } from "vitest";
import { cancelled, driver, exited } from "./helpers/driver.ts";

const left: WorkEnd = { reason: "its job was left in the queue", mayRetry: true };

describe("a cancelled job", () => {
  test("is left in the queue on a stop of a driver that detaches", async () => {
    const { fake, one, submit } = driver("detach");
    const { cancel, end } = await submit(one);
    cancel("stop");
    await tick();
    expect(end()).toEqual(left);
    expect(fake.states).toEqual({ [one.id]: "wait" });
    expect(fake.cancelled).toEqual(new Map());
  });

  test.each([
    ["detach", "kill"],
    ["cancel", "stop"],
    ["cancel", "kill"],
  ] as const)("of a driver that shall %s leaves the queue on a %s", async (onStop, how) => {
    const { fake, one, submit } = driver(onStop);
    const { cancel, end } = await submit(one);
    cancel(how);
    await tick();
    expect(end()).toEqual(cancelled);
    expect(fake.states).toEqual({});
    expect(fake.cancelled).toEqual(new Map([[one.id, how]]));
  });

  test("stays in a queue that cannot be reached", async () => {
    const { fake, one, submit } = driver("cancel");
    const { cancel, end } = await submit(one);
    fake.status = "reconnecting";
    cancel("kill");
    await tick();
    expect(end()).toEqual(left);
    expect(fake.states).toEqual({ [one.id]: "wait" });
  });

  test("that has ended before is not marked, which would end the same job when it is submitted again", async () => {
    const { fake, one, queue, submit } = driver("cancel");
    const { cancel, end } = await submit(one);
    queue.ended(one.id, exited);
    await tick();
    cancel("kill");
    await tick();
    expect(end()).toEqual(exited);
    expect(fake.cancelled).toEqual(new Map());
  });

  test("that runs ends with its worker's word", async () => {
    const { fake, one, queue, submit } = driver("cancel");
    const { cancel, end } = await submit(one);
    fake.jobs.get(one.id)!.state = "active";
    cancel("stop");
    await tick();
    expect(end()).toBeUndefined();
    expect(fake.cancelled).toEqual(new Map([[one.id, "stop"]]));
    queue.ended(one.id, { reason: "it saved its state", mayRetry: false });
    await tick();
    expect(end()).toEqual({ reason: "it saved its state", mayRetry: false });
  });
});
