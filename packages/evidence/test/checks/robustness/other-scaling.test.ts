import { describe, expect, test } from "vitest";
import { robustnessOf } from "../../../src/checks/robustness/find.ts";
import { oneSeedDifference } from "../../../src/checks/robustness/one-seed-difference.ts";
import { outcomesFromTrials } from "../../../src/decide/outcomes-from-trials.ts";
import { simulateOutcomes } from "../../../src/decide/simulate.ts";
import { decide, decideResults } from "../../../src/index.ts";
import type { RobustnessScaling, TrialResult } from "../../../src/schema/types.ts";
import { metrics, probeOf, sweepOf, trialOf } from "../probed-trials.ts";
import { rsloraTrial } from "./rslora-trial.ts";

const equal = { 4: [0.8, 0.805, 0.798, 0.802, 0.8], 32: [0.802, 0.8, 0.804, 0.8, 0.801] };
const extra = probeOf({ [1 / 3]: [0.8, 0.8], 3: [0.8, 0.8] });

function compared(
  outcome: number | "diverged" | "out-of-memory",
  { trials = sweepOf(equal), metric = "accuracy" as (typeof metrics)[number] } = {},
): RobustnessScaling {
  const decision = decide(outcomesFromTrials(trials), { metric });
  const otherScaling = rsloraTrial(outcome);
  return robustnessOf({ decision, trials, extra, otherScaling, majorityShare: 0.6 }).scaling!;
}

describe.each(metrics)("the largest rank under rsLoRA's scaling, on %s", (metric) => {
  test("gains or loses where the interval excludes 0, and is compared with the smallest rank too", () => {
    const gains = compared(0.9, { metric });
    expect(gains).toMatchObject({ change: "gains", better: "largest" });
    expect(gains.gainInterval![0]).toBeGreaterThan(0);
    expect(compared(0.7, { metric })).toMatchObject({ change: "loses", better: "smallest" });
    const same = compared(0.803, { metric });
    expect(same).not.toHaveProperty("change");
    expect(same).not.toHaveProperty("better");
    expect(same.gainInterval![0]).toBeLessThan(0);
  });
});

describe("the largest rank under rsLoRA's scaling", () => {
  test("is measured against its own run and the smallest rank's under the seed of the check", () => {
    const trials = sweepOf(equal);
    const decision = decide(outcomesFromTrials(trials));
    const found = compared(0.9);
    // Accuracies under seed 0 are 0.8 and 0.802; alpha is 32, or 32 / √4 = 16, so its scaling is 16 / √32 and not 32 / 32.
    expect(found.gain).toBeCloseTo(0.9 - 0.802, 12);
    expect(found.advantage).toBeCloseTo(0.9 - 0.8, 12);
    expect(found.alpha).toBe(16);
    expect(found.ratio).toBeCloseTo(Math.sqrt(32 / 4), 12);
    // Two intervals share the error, so each leaves out a quarter of it on each side.
    const alone = oneSeedDifference(
      trialOf({ rank: 4, accuracy: 0.8 }),
      rsloraTrial(0.9),
      decision,
      (1 - 0.95) / 4,
    );
    expect(found.interval).toEqual(alone.interval);
  });

  test("its scaling is told as a multiple of the sweep's, whatever that is", () => {
    // Alpha 64 at rank 32 is a scaling of 2; under rsLoRA it is 16 / √32.
    const trials = [4, 32].flatMap((rank) =>
      equal[rank as 4 | 32].map((accuracy, seed) => trialOf({ rank, seed, accuracy, alpha: 64 })),
    );
    expect(compared(0.9, { trials }).ratio).toBeCloseTo(16 / Math.sqrt(32) / 2, 12);
  });

  test("gains where it learned and its own run did not; where it failed itself, it loses", () => {
    const trials = sweepOf(equal).map((trial) =>
      trial.spec.lora.rank === 32 && trial.spec.seed === 0
        ? trialOf({ rank: 32, status: "diverged" })
        : trial,
    );
    const learned = compared(0.9, { trials });
    expect(learned).toMatchObject({ change: "gains", largest: { status: "diverged" } });
    expect(learned).not.toHaveProperty("gain");
    expect(compared("diverged")).toMatchObject({ change: "loses", rslora: { status: "diverged" } });
    expect(compared(0.6)).toMatchObject({ change: "loses", rslora: { status: "collapsed" } });
    expect(compared("out-of-memory")).not.toHaveProperty("change");
  });

  test("shows nothing in a sweep of one seed, whose noise is unknown", () => {
    const found = compared(0.9, { trials: sweepOf({ 4: [0.8], 32: [0.8] }) });
    expect(found.gain).toBeCloseTo(0.1, 12);
    for (const member of ["gainInterval", "interval", "change", "better"])
      expect(found).not.toHaveProperty(member);
  });

  test.each<[string, TrialResult, number[]]>([
    ["another rank", rsloraTrial(0.9, { rank: 4 }), [4, 32]],
    ["another seed", rsloraTrial(0.9, { seed: 1 }), [4, 32]],
    ["the sweep's scaling", trialOf({ rank: 32 }), [4, 32]],
  ])("is refused with %s", (_, otherScaling) => {
    const trials = sweepOf(equal);
    const decision = decide(outcomesFromTrials(trials));
    expect(() => robustnessOf({ decision, trials, extra, otherScaling })).toThrow(
      expect.objectContaining({
        code: "E_ROBUSTNESS",
        message: expect.stringContaining("otherScaling must be rank 32 with rsLoRA's scaling"),
      }),
    );
  });

  test("comes from a sweep's results, and without it they are decided as before", () => {
    const sweep = {
      ranks: [4, 32],
      seeds: [0, 1, 2, 3, 4],
      metric: "accuracy",
      margin: 0.01,
      confidence: 0.95,
    } as const;
    const results = { sweep, trials: sweepOf(equal), otherRates: extra };
    const before = decideResults(results).robustness!;
    const { scaling, ...rest } = decideResults({ ...results, otherScaling: rsloraTrial(0.9) }).robustness!;
    expect(before).not.toHaveProperty("scaling");
    expect(rest).toEqual(before);
    expect(scaling).toEqual(compared(0.9));
  });

  test("shows a change where there is none in at most 5 % of sweeps, and gains of 10 points in more than 40 of 100", () => {
    const sweeps = 200;
    const changes = Array.from({ length: sweeps }, (_, i) => drawnChange(0.85, i));
    const wrong = changes.filter((change) => change !== undefined).length;
    expect(wrong).toBeLessThanOrEqual(0.05 * sweeps + 3 * Math.sqrt(0.05 * 0.95 * sweeps));
    const gains = Array.from({ length: 100 }, (_, i) => drawnChange(0.95, i)).filter(
      (change) => change === "gains",
    );
    expect(gains.length).toBeGreaterThan(40);
  });
});

/** One sweep of five seeds whose ranks have a true accuracy of 0.85, and the largest rank's run at another one. */
function drawnChange(accuracy: number, draw: number): RobustnessScaling["change"] {
  const drawn = (accuracies: readonly number[], seeds: number, seed: number): TrialResult[] =>
    simulateOutcomes({ ranks: [4, 32], seeds, examples: 400, accuracies }, seed).cells.map((cell) => {
      const correct = Array.from(cell.correct);
      const trial = trialOf({ rank: cell.rank, seed: cell.seed, examples: 400 });
      const share = correct.reduce((sum, value) => sum + value, 0) / 400;
      return { ...trial, evaluation: { ...trial.evaluation!, correct, accuracy: share } };
    });
  const trials = drawn([0.85, 0.85], 5, draw);
  const { evaluation } = drawn([0.85, accuracy], 1, 10_000 + draw)[1]!;
  const otherScaling = { ...rsloraTrial(0.85), evaluation: evaluation! };
  const same = probeOf({ 3: [0.85, 0.85] }, { examples: 400 });
  const decision = decide(outcomesFromTrials(trials));
  return robustnessOf({ decision, trials, extra: same, otherScaling }).scaling!.change;
}
