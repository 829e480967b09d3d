import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { peftAdapterBytes } from "@lorank/checkpoint";
import { stripMeasured } from "@lorank/evidence/parse";
import type { Runtime } from "@lorank/graph";
import { onnxRuntime } from "@lorank/graph/devices";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { inFolder, runTrial, trialInputs } from "../../src/node/trials.ts";
import { trainLora } from "../../src/train-lora.ts";
import type { TrialEvent } from "../../src/trial/learner.ts";
import { runTrial as runWithInputs, type TrialOutcome } from "../../src/trial/run-trial.ts";
import { type CheckpointOptions, TrainingCheckpoints } from "../../src/trial/training-checkpoints.ts";
import { fastClock, fiveSteps } from "../helpers/checkpoints.ts";
import { tinyTexts, tinyTrial } from "../helpers/tiny.ts";

/** All that a trial comes to, but for what is measured. */
const bytesOf = ({ result, adapter }: TrialOutcome): string =>
  JSON.stringify([
    stripMeasured({ trialId: "x", ...result }),
    [...adapter.layers].map(([name, { loraA, loraB }]) => [name, [...loraA.data], [...loraB.data]]),
    peftAdapterBytes(adapter),
  ]);

describe("a checkpoint is written", () => {
  const { spec, learner, stepTo } = fiveSteps();

  /** Steps of the checkpoints of a training whose steps end at these seconds. */
  function written(
    every: CheckpointOptions["every"],
    ends: readonly number[],
    folder = temporaryFolder(),
  ): number[] {
    let now = 0;
    const steps: number[] = [];
    const checkpoints = new TrainingCheckpoints(
      inFolder({ folder, every, now: () => 1000 * now }),
      { spec, computer: "onnx on cpu with 1 thread" },
      (event) => event.kind === "checkpoint" && steps.push(event.step),
    );
    const one = learner();
    const begun = checkpoints.begin(one);
    for (const [i, end] of ends.entries()) {
      now = end;
      stepTo(one, begun + i + 1);
      checkpoints.stepped(begun + i + 1);
    }
    return steps;
  }

  test("when the interval has passed since the last one", () => {
    expect(written({ seconds: 300 }, [100, 299, 300, 599, 601])).toEqual([3, 5]);
    expect(written({ seconds: 90 }, [80, 100, 185, 190, 285])).toEqual([2, 4, 5]);
  });

  test("not in the first minute of the training, whatever the interval", () => {
    expect(written({ seconds: 1 }, [10, 59, 60, 61, 61.5])).toEqual([3, 4]);
    expect(written({ steps: 1 }, [10, 59, 60, 61, 61.5])).toEqual([3, 4, 5]);
    expect(written({ steps: 2 }, [10, 59, 60, 61, 62])).toEqual([4]);
    expect(written("off", [100, 200, 300, 400, 500])).toEqual([]);
  });

  test("where a training goes on, its minute is that of all processes together", () => {
    const folder = temporaryFolder();
    expect(written({ steps: 2 }, [40, 80], folder)).toEqual([2]);
    expect(written({ steps: 1 }, [1, 2], folder)).toEqual([3, 4]);
    expect(written({ seconds: 100 }, [99], folder)).toEqual([]);
    expect(written({ seconds: 100 }, [101], folder)).toEqual([5]);
  });
});

/** Runs until the signal of a stop comes with the event of this kind. */
async function stoppedAt<T>(
  at: (event: TrialEvent) => boolean,
  run: (onEvent: (event: TrialEvent) => void, signal: AbortSignal) => Promise<T>,
): Promise<TrialEvent[]> {
  const stop = new AbortController();
  const events: TrialEvent[] = [];
  const onEvent = (event: TrialEvent) => {
    events.push(event);
    if (at(event)) stop.abort(new Error("asked to end"));
  };
  await expect(run(onEvent, stop.signal)).rejects.toThrow("asked to end");
  return events;
}

const isStep = (step: number) => (event: TrialEvent) => event.kind === "step" && event.step === step;

describe("a trial that is stopped", () => {
  const { spec, resources } = tinyTrial();

  test("writes a checkpoint, goes on from it to the same bytes, and counts all its seconds", async () => {
    const whole = bytesOf(await runTrial(spec, resources));
    const folder = temporaryFolder();
    const checkpoints = { folder, every: { seconds: 1e6 }, now: fastClock() };
    const run = (onEvent: (event: TrialEvent) => void, signal?: AbortSignal) =>
      runTrial(spec, resources, onEvent, { checkpoints, signal });
    const first = await stoppedAt(isStep(2), run);
    expect(first.at(-1)).toMatchObject({ kind: "checkpoint", step: 2, steps: 6, bytes: expect.any(Number) });

    const second = await stoppedAt(({ kind }) => kind === "evaluating", run);
    expect(second[0]).toEqual({ kind: "resumed", step: 2, steps: 6 });
    expect(second.at(-1)).toMatchObject({ kind: "checkpoint", step: 6 });

    const events: TrialEvent[] = [];
    const outcome = await run((event) => events.push(event));
    expect(events.map(({ kind }) => kind)).toEqual(["resumed", "evaluating"]);
    expect(bytesOf(outcome)).toBe(whole);
    // A minute by the clock of the checkpoints for each of the six steps.
    const { train, load, evaluate, total } = outcome.result.measured.seconds;
    expect(train).toBeGreaterThanOrEqual(360);
    expect(train).toBeLessThan(420);
    expect(total).toBeCloseTo(load + train + evaluate, 1);
  });

  test("frees all programs of its model", async () => {
    const runtime = await onnxRuntime({ threads: 1 });
    const count = { compiled: 0, disposed: 0 };
    const counting: Runtime = {
      ...runtime,
      compile: async (...args) => {
        const executable = await runtime.compile(...args);
        count.compiled++;
        const dispose = (): Promise<void> => {
          count.disposed++;
          return executable.dispose();
        };
        return { ...executable, dispose };
      },
    };
    const inputs = { ...trialInputs(resources), runtime: () => counting };
    await stoppedAt(isStep(2), (onEvent, signal) => runWithInputs(spec, inputs, onEvent, { signal }));
    expect(count.compiled).toBeGreaterThan(0);
    expect(count.disposed).toBe(count.compiled);
  });

  test("writes none in its first minute", async () => {
    const folder = join(temporaryFolder(), "resume");
    const checkpoints = { folder, every: { steps: 1 } };
    await stoppedAt(isStep(2), (onEvent, signal) =>
      runTrial(spec, resources, onEvent, { checkpoints, signal }),
    );
    expect(existsSync(folder)).toBe(false);
  });
});

describe("trainLora", () => {
  const { model, data } = tinyTexts();
  const request = { model, data, rank: 2, epochs: 2, batchSize: 4, maxLength: 32 };

  test("leaves no checkpoints beside the adapter, and rejects with the reason of its signal", async () => {
    const folder = temporaryFolder();
    const out = join(folder, "adapter");
    await stoppedAt(isStep(1), (onEvent, signal) => trainLora({ ...request, out, onEvent, signal }));
    expect(readdirSync(folder)).toEqual([]);
    await trainLora({ ...request, out });
    expect(readdirSync(folder)).toEqual(["adapter"]);
  });

  test.each([{ steps: 0 }, { steps: 1.5 }, { seconds: 0 }, { seconds: Number.NaN }])(
    "refuses a checkpoint every %j",
    async (checkpointEvery) => {
      await expect(trainLora({ ...request, checkpointEvery })).rejects.toMatchObject({
        code: "E_CONFIG",
        message: `checkpointEvery must be off, seconds above 0 or a count of steps, got ${JSON.stringify(checkpointEvery)}`,
      });
    },
  );
});
