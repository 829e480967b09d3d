import { expect, test } from "vitest";
import { Gate, gated } from "../../src/worker/gate.ts";

/** Settles when everything has run that can run without another message. */
const tick = () => new Promise((resolve) => setImmediate(resolve));

function clock() {
  let now = 0;
  return {
    now: () => now,
    add: (ms: number) => {
      now += ms;
    },
  };
}

test("lets through what comes while it is open, and holds the rest until it opens again", async () => {
  const time = clock();
  const gate = new Gate(time.now);
  const runs: number[] = [];
  const runtime = {
    name: "fake",
    device: "wasm",
    compile: async () => ({
      run: async () => {
        runs.push(runs.length);
        return {};
      },
      dispose: async () => {},
    }),
  };
  const executable = await gated(runtime as never, gate).compile(undefined as never);
  await executable.run({});
  gate.pause();
  const held = executable.run({});
  await tick();
  expect(runs).toEqual([0]);
  time.add(700);
  expect(gate.pausedMs).toBe(700);
  gate.resume();
  await held;
  expect(runs).toEqual([0, 1]);
  time.add(100);
  expect(gate.pausedMs).toBe(700);
});

test("a long computation hears its messages", async () => {
  const time = clock();
  const gate = new Gate(time.now);
  let heard = false;
  setImmediate(() => {
    heard = true;
  });
  await gate.pass();
  expect(heard).toBe(false);
  time.add(1000);
  await gate.pass();
  await tick();
  expect(heard).toBe(true);
});

test("what waits is ended by a stop, with its reason; after a reset all goes through", async () => {
  const gate = new Gate();
  gate.pause();
  const held = gate.pass();
  gate.stop(new Error("enough"));
  await expect(held).rejects.toThrow("enough");
  await expect(gate.pass()).rejects.toThrow("enough");
  gate.reset();
  await gate.pass();
});

test("a pause outlasts a reset: a visit that begins paused stays so", async () => {
  const gate = new Gate();
  gate.pause();
  gate.reset();
  let passed = false;
  const held = gate.pass().then(() => {
    passed = true;
  });
  await tick();
  expect(passed).toBe(false);
  gate.resume();
  await held;
});
