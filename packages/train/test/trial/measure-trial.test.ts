import { afterEach, describe, expect, test, vi } from "vitest";
import { Decoder } from "../../src/generate/decoder.ts";
import { trialInputs } from "../../src/node/trials.ts";
import { Transformer } from "../../src/transformer/transformer.ts";
import type { TrialEvent } from "../../src/trial/learner.ts";
import { type MeasureOptions, measureTrial } from "../../src/trial/measure-trial.ts";
import { asLanguage, tinyDataset, tinyTrial, unevenDataset } from "../helpers/tiny.ts";

afterEach(() => void vi.restoreAllMocks());

/** Training passes of a step of 8 texts, 4 at a time. */
const passes = 2;

/** Measures on a clock that goes on by a second at each batch, to train or to evaluate, and stands still otherwise. */
async function measured(
  { spec, resources } = tinyTrial(),
  options: Pick<MeasureOptions, "count" | "seconds"> = {},
) {
  vi.restoreAllMocks(); // of an earlier measurement in the same test
  const train = vi.spyOn(Transformer.prototype, "trainStep");
  const evaluate = vi.spyOn(Transformer.prototype, "losses");
  const batches = (): number => train.mock.calls.length + evaluate.mock.calls.length;
  const events: TrialEvent[] = [];
  const cost = await measureTrial(spec, trialInputs(resources), {
    ...options,
    now: () => 1000 * batches(),
    onEvent: (event) => events.push(event),
  });
  const counts = { trained: train.mock.calls.length, evaluated: evaluate.mock.calls.length };
  return { cost, events, ...counts };
}

describe("measuring a trial", () => {
  test("runs every step and batch twice, and takes the second", async () => {
    const { cost, trained, evaluated } = await measured(tinyTrial(), { count: 2 });
    expect(trained).toBe(2 * 2 * passes);
    expect(evaluated).toBe(2); // all training examples are one batch
    const { secondsPerStep, openSeconds, measureSeconds } = cost;
    expect(secondsPerStep).toBeCloseTo(passes, 0); // but for steps of more or fewer tokens than the mean
    expect(openSeconds).toBe(0); // the first runs took no longer
    expect(measureSeconds).toBe(trained + evaluated);
  });

  test("begins no other step when the time is over, and none that there is not", async () => {
    expect((await measured(tinyTrial(), { seconds: 1 })).trained).toBe(1 * 2 * passes);
    expect((await measured(tinyTrial(), { seconds: 5 })).trained).toBe(2 * 2 * passes);
    expect((await measured(tinyTrial(), { count: 50 })).trained).toBe(6 * 2 * passes); // 24 texts, two epochs
  });

  test("is in proportion to the tokens, whichever steps were timed", async () => {
    const uneven = tinyTrial({}, {}, undefined, unevenDataset());
    const all = await measured(uneven, { count: 50 });
    // All six steps take two passes each: nothing is extrapolated.
    expect(all.cost.secondsPerStep).toBeCloseTo(passes, 10);
    const one = await measured(uneven, { count: 1 });
    expect(one.cost.secondsPerStep).not.toBeCloseTo(passes, 1);
  });

  test("counts the time of answers, from some that are as long as the responses", async () => {
    const plain = tinyTrial({}, {}, undefined, asLanguage(tinyDataset()));
    const { spec, resources } = plain;
    const answering = { ...spec, answers: { metric: "equals", maxNewTokens: 50 } };
    const read = vi.spyOn(Decoder.prototype, "begin");
    const stepped = vi.spyOn(Decoder.prototype, "step");
    const now = () => 1000 * (read.mock.calls.length + stepped.mock.calls.length);
    const cost = await measureTrial(answering, trialInputs(resources), { now });
    const runs = read.mock.calls.length + stepped.mock.calls.length;
    // Eight prompts at a time, twice: the second run's share for each of the validation examples.
    expect(cost.evaluateSeconds).toBeCloseTo((runs / 2 / 8) * spec.data.validationExamples, 10);
    expect(stepped.mock.calls.length).toBeGreaterThan(0);
    expect((await measureTrial(spec, trialInputs(resources), { now })).evaluateSeconds).toBe(0);
  });

  test("needs a loss that stays finite for two steps", async () => {
    const wild = tinyTrial({}, { learningRate: 1e38, warmupRatio: 0, maxGradientNorm: 0 });
    await expect(measured(wild)).rejects.toThrow("the loss must stay finite for two steps, got less");
  });

  test("tells of each step and batch", async () => {
    const { events } = await measured(tinyTrial(), { count: 2 });
    expect(
      events.map((event) =>
        "done" in event ? [event.done, event.total] : "step" in event && [event.step, event.steps],
      ),
    ).toEqual([
      [1, 1],
      [1, 1],
      [1, 2],
      [1, 2],
      [2, 2],
      [2, 2],
    ]);
  });
});
