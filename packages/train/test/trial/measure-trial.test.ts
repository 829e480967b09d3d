import { expect, test, vi } from "vitest";
import { Transformer } from "../../src/transformer/transformer.ts";
import { measureTrial } from "../../src/trial/measure-trial.ts";
import { tinyTrial } from "../helpers/tiny.ts";

test("times steps and evaluation, each after it has run once", async () => {
  const { spec, resources } = tinyTrial();
  const steps = vi.spyOn(Transformer.prototype, "trainStep");
  const batches = vi.spyOn(Transformer.prototype, "losses");
  const cost = await measureTrial(spec, resources, 2);
  const [trained, evaluated] = [steps.mock.calls.length, batches.mock.calls.length];
  vi.restoreAllMocks();
  expect(trained % 2).toBe(0);
  expect(evaluated % 2).toBe(0);
  expect(evaluated).toBeGreaterThan(0);
  const { secondsPerTrialStep, openSeconds, evaluateSeconds, measureSeconds, peakResidentBytes } = cost;
  for (const seconds of [secondsPerTrialStep, openSeconds, evaluateSeconds]) {
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThan(measureSeconds);
  }
  expect(peakResidentBytes).toBeGreaterThan(2 ** 20);
});
