import { availableParallelism } from "node:os";
import { describe, expect, test } from "vitest";
import { isStopping, runOptions } from "../../src/executor/run-options.ts";

describe("runOptions", () => {
  test("fills in what was not asked for", () => {
    expect(runOptions()).toMatchObject({ maxAttempts: 3, threads: 1, device: "cpu", signals: {} });
    expect(runOptions({ maxAttempts: 5 })).toMatchObject({ maxAttempts: 5 });
  });

  test("fills the cores with processes on the CPU, and runs one at a time elsewhere", () => {
    const cores = availableParallelism();
    expect(runOptions({ threads: 1 }).trialsAtOnce).toBe(cores);
    expect(runOptions({ threads: 2 * cores }).trialsAtOnce).toBe(1);
    expect(runOptions({ device: "webgpu" }).trialsAtOnce).toBe(1);
  });

  test("names every bad option at once", () => {
    const asked = { threads: 0, trialsAtOnce: 1.5, checkpointEvery: { steps: 0.5 } };
    expect(() => runOptions(asked)).toThrow(
      expect.objectContaining({
        code: "E_RUN_OPTIONS",
        message: [
          "trialsAtOnce must be a positive integer, got 1.5",
          "threads must be a positive integer, got 0",
          'checkpointEvery must be off, seconds above 0 or a count of steps, got {"steps":0.5}',
        ].join("\n"),
      }),
    );
  });
});

test("either signal ends a run", () => {
  const abort = new AbortController();
  const [stop, kill] = [{ stop: abort.signal }, { kill: abort.signal }];
  expect([isStopping({}), isStopping(stop), isStopping(kill)]).toEqual([false, false, false]);
  abort.abort();
  expect([isStopping(stop), isStopping(kill)]).toEqual([true, true]);
});
