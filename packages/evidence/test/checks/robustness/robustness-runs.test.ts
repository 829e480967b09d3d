import { describe, expect, test } from "vitest";
import { probeOf } from "../../../src/checks/robustness/probed-runs.ts";
import { probeOf as extraOf, sweepOf, trialOf } from "../probed-trials.ts";

const sweep = sweepOf({ 4: [0.9, 0.9], 8: [0.9, 0.9], 32: [0.9, 0.9] });

describe("probeOf", () => {
  test("pairs the runs by the multiple of the sweep's rate, in any order", () => {
    const extra = extraOf({ [1 / 3]: [0.7, 0.8], 3: [0.9, 0.6] });
    const { pairs, ...rest } = probeOf(sweep, extra.toReversed());
    expect(rest).toEqual({ seed: 0, smallestRank: 4, largestRank: 32 });
    expect(
      pairs.map(({ factor, smallest, largest }) => [
        factor,
        smallest.evaluation!.accuracy,
        largest.evaluation!.accuracy,
      ]),
    ).toEqual([
      [0.333333, 0.7, 0.8],
      [3, 0.9, 0.6],
    ]);
  });

  test("takes the multiple of each rank's own rate", () => {
    const searched = sweep.map((trial) =>
      trial.spec.lora.rank === 32 ? trialOf({ rank: 32, seed: trial.spec.seed, learningRate: 0.002 }) : trial,
    );
    const extra = [trialOf({ rank: 4, learningRate: 0.003 }), trialOf({ rank: 32, learningRate: 0.006 })];
    expect(probeOf(searched, extra).pairs.map(({ factor }) => factor)).toEqual([3]);
  });

  test.each([
    [[], "two ranks, got ranks []"],
    [extraOf({ 3: [0.9, 0.9] }, { seed: 7 }), "runs of the sweep's ranks and seeds, got rank 4, seed 7"],
    [extraOf({ 1: [0.9, 0.9] }), "at other learning rates than the sweep, got factor 1.00000"],
    [
      [...extraOf({ 3: [0.9, 0.9] }), trialOf({ rank: 4, learningRate: 0.002 })],
      "each rank once at each multiple of the sweep's learning rate, got factor 2.00000",
    ],
  ])("refuses what is not a probe of the sweep (%#)", (extra, message) => {
    expect(() => probeOf(sweep, extra)).toThrow(
      expect.objectContaining({ code: "E_ROBUSTNESS", message: `extra must be ${message}` }),
    );
  });
});
