import { expect, test, vi } from "vitest";
import { completionBits } from "../../src/evaluate/completion-bits.ts";
import { trialInputs } from "../../src/node/trial-inputs.ts";
import { measureTrial } from "../../src/node/trials.ts";
import { Transformer } from "../../src/transformer/transformer.ts";
import { openTrial } from "../../src/trial/run-trial.ts";
import { tinyTrial } from "../helpers/tiny.ts";

test("times steps and evaluation, each after it has run once", async () => {
  const { spec, resources } = tinyTrial();
  const steps = vi.spyOn(Transformer.prototype, "trainStep");
  const batches = vi.spyOn(Transformer.prototype, "losses");
  const cost = await measureTrial(spec, resources, 2);
  const [trained, evaluated] = [steps.mock.calls.length, batches.mock.calls.length];
  vi.restoreAllMocks();
  expect(trained % 2).toBe(0);
  expect(evaluated).toBe(3); // one batch of validation examples, twice, and one of training examples
  const { secondsPerTrialStep, openSeconds, evaluateSeconds, measureSeconds, peakResidentBytes } = cost;
  for (const seconds of [secondsPerTrialStep, openSeconds, evaluateSeconds]) {
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThan(measureSeconds);
  }
  expect(peakResidentBytes).toBeGreaterThan(2 ** 20);
});

test("takes the loss of the training examples before training", async () => {
  const { spec, resources } = tinyTrial({}, { learningRate: 0.1 });
  const { before } = await measureTrial(spec, resources, 2);
  const { data, model } = await openTrial(spec, trialInputs(resources));
  const { bits } = await completionBits(model, data.train as never, { padId: 0 });
  await model.dispose();
  expect(before).toEqual({ bits, examples: 24 });
});
