import type { PackChoice, PackTime } from "@lorank/core/results";
import { describe, expect, test } from "vitest";
import {
  bestSize,
  sizesToMeasure,
  trialsPerProcessInWords,
  whyOneTrialPerProcess,
} from "../../src/measure/choose-trials-per-process.ts";
import { exampleConfig, examplePlan } from "../helpers/example.ts";

const time = (trials: number, secondsPerTrialStep: number, peakResidentBytes = 1e9): PackTime => ({
  trials,
  secondsPerTrialStep,
  peakResidentBytes,
});

describe("what there is to measure", () => {
  // 4 trials of 250 steps: two in a process and one alone take 54 to measure.
  const long = { ...exampleConfig.optimizer, epochs: 50 };
  const { specs } = examplePlan({ optimizer: long });

  test("everything but the CPU, where trials run one after the other", () => {
    expect(whyOneTrialPerProcess(specs, 4, { device: "webgpu", trialsAtOnce: 1 })).toBeUndefined();
    expect(whyOneTrialPerProcess(specs, 4, { device: "tensorflow-cpu", trialsAtOnce: 1 })).toBeUndefined();
    expect(whyOneTrialPerProcess(specs, 4, { device: "cpu", trialsAtOnce: 1 })).toBe(
      "on the CPU, trials side by side take less time",
    );
    expect(whyOneTrialPerProcess(specs, 4, { device: "cuda", trialsAtOnce: 2 })).toBe(
      "2 trials run side by side, which trials in one process are not measured against",
    );
  });

  test("no DoRA, no single trial, no sweep that is over in a moment", () => {
    const dora = examplePlan({ optimizer: long, lora: { ...exampleConfig.lora, dora: true } });
    expect(whyOneTrialPerProcess(dora.specs, 4, { device: "cuda", trialsAtOnce: 1 })).toBe(
      "DoRA's magnitudes cannot share a base",
    );
    expect(whyOneTrialPerProcess(specs, 1, { device: "cuda", trialsAtOnce: 1 })).toBe(
      "one trial has nothing to share a base with",
    );
    expect(whyOneTrialPerProcess(examplePlan().specs, 4, { device: "cuda", trialsAtOnce: 1 })).toBe(
      "measuring would take 54 steps, and all trials together take 20",
    );
    const bound = (epochs: number) =>
      whyOneTrialPerProcess(examplePlan({ optimizer: { ...long, epochs } }).specs, 4, {
        device: "cuda",
        trialsAtOnce: 1,
      });
    expect([bound(26), bound(27)]).toEqual([expect.stringContaining("520"), undefined]);
  });

  test.each([
    [2, [2]],
    [3, [2, 3]],
    [5, [3, 5]],
    [20, [4, 8]],
  ])("of %i trials", (trials, sizes) => {
    expect(sizesToMeasure(trials)).toEqual(sizes);
  });
});

describe("the best size", () => {
  test("is above 1 from 0.9 of the time of separate trials on", () => {
    expect(bestSize([time(1, 1), time(4, 0.9)], 1e9)).toBe(4);
    expect(bestSize([time(1, 1), time(4, 0.91)], 1e9)).toBe(1);
    expect(bestSize([time(1, 1)], 1e9)).toBe(1);
  });

  test("takes the least time, and of equals the smaller", () => {
    expect(bestSize([time(1, 1), time(4, 0.6), time(8, 0.7)], 1e9)).toBe(4);
    expect(bestSize([time(1, 1), time(4, 0.6), time(8, 0.5)], 1e9)).toBe(8);
    expect(bestSize([time(1, 1), time(8, 0.5), time(4, 0.5)], 1e9)).toBe(4);
  });

  test("fits into memory", () => {
    expect(bestSize([time(1, 1), time(4, 0.6, 2e9), time(8, 0.5, 3e9)], 2e9)).toBe(4);
    expect(bestSize([time(1, 1), time(4, 0.6, 2e9)], 1e9)).toBe(1);
  });
});

describe("in words", () => {
  const words = (trials: number, measured: PackTime[], failure?: string): string => {
    const choice: PackChoice = { trials, device: "webgpu", steps: 5, measured };
    return trialsPerProcessInWords(failure === undefined ? choice : { ...choice, failure });
  };

  test.each([
    [
      4,
      [time(1, 1), time(4, 0.62)],
      "4 trials in a process: 0.62 of the time of separate ones, measured over 5 steps on webgpu",
    ],
    [
      8,
      [time(1, 2), time(4, 1.24), time(8, 1)],
      "8 trials in a process: 0.50 of the time of separate ones (4: 0.62), measured over 5 steps on webgpu",
    ],
    [
      1,
      [time(1, 1), time(4, 0.97)],
      "one trial in a process: 4 take 0.97 of the time of separate ones, and at most 0.9 is worth it; measured over 5 steps on webgpu",
    ],
    [
      1,
      [time(1, 1), time(4, 0.5, 3e9)],
      "one trial in a process: 4 would need 3.00 GB, more than is free; measured over 5 steps on webgpu",
    ],
  ])("%i", (trials, measured, expected) => {
    expect(words(trials, measured)).toBe(expected);
  });

  test("of what could not be measured", () => {
    const printed =
      "4 trials in a process could not be measured: its process exited with code 1; it last printed:";
    expect(words(1, [], `${printed}\nError: out of device memory\n    at run`)).toBe(
      `one trial in a process: ${printed} Error: out of device memory`,
    );
  });
});
