import { describe, expect, test } from "vitest";
import { outcomesFromTrials } from "../../../src/decide/outcomes-from-trials.ts";
import { decide } from "../../../src/index.ts";
import type { Decision, Robustness, RobustnessScaling } from "../../../src/schema/types.ts";
import { claimsOf } from "../../../src/words/claims-of.ts";
import { find } from "../../words/find.ts";
import { sweepOf } from "../probed-trials.ts";

const decided = decide(outcomesFromTrials(sweepOf({ 4: [0.9, 0.905, 0.898], 32: [0.902, 0.9, 0.904] })));
const run = { learningRate: 0.001, status: "learned" } as const;
const diverged = { learningRate: 0.001, status: "diverged" } as const;
const same: RobustnessScaling = {
  alpha: 16,
  ratio: 2.83,
  rslora: run,
  smallest: run,
  largest: run,
  gain: 0.003,
  gainInterval: [-0.009, 0.015],
  advantage: 0.004,
  interval: [-0.01, 0.018],
};
const gains = { ...same, gain: 0.02, gainInterval: [0.008, 0.032], change: "gains" } as const;

function withScaling(scaling?: RobustnessScaling, order: Robustness["order"] = "unclear"): Decision {
  const robustness = {
    seed: 0,
    smallestRank: 4,
    largestRank: 32,
    rates: [],
    order,
    stepGrowsWithRank: false,
  };
  return { ...decided, robustness: { ...robustness, ...(scaling ? { scaling } : {}) } };
}

const kinds = (decision: Decision): string[] =>
  claimsOf(decision)
    .map(({ kind }) => kind)
    .filter((kind) => kind.startsWith("scaling-") || kind === "compare-rslora");

describe("the claims of another scaling", () => {
  test("are none where it was not tried", () => {
    expect(kinds(decided)).toEqual([]);
    expect(kinds(withScaling())).toEqual([]);
  });

  test("say that the largest rank gains, and what to run next, also where the rate decides", () => {
    for (const order of ["unclear", "flips"] as const) {
      const decision = withScaling(gains, order);
      expect(kinds(decision)).toEqual(["scaling-changes", "compare-rslora"]);
      expect(find(decision, "scaling-changes")).toMatchObject({ ranks: [4, 32], scaling: { gain: 0.02 } });
      expect(find(decision, "compare-rslora")).toMatchObject({ topic: "next", alpha: 16 });
    }
    const { gain: _, gainInterval: __, ...rest } = gains;
    expect(kinds(withScaling({ ...rest, largest: diverged }))).toEqual(["scaling-changes", "compare-rslora"]);
  });

  test("say that nothing changed where the interval holds 0 or the largest rank loses", () => {
    expect(kinds(withScaling(same))).toEqual(["scaling-kept"]);
    expect(kinds(withScaling({ ...same, gain: -0.02, change: "loses" }))).toEqual(["scaling-kept"]);
    expect(kinds(withScaling({ ...same, rslora: diverged, change: "loses" }))).toEqual(["scaling-kept"]);
  });

  test("say neither where nothing can be compared: no interval, or runs that failed", () => {
    const { gainInterval: _, ...oneSeed } = same;
    expect(kinds(withScaling(oneSeed))).toEqual(["scaling-unclear"]);
    expect(kinds(withScaling({ ...same, rslora: diverged, largest: diverged }))).toEqual(["scaling-unclear"]);
    const collapsed = { ...run, status: "collapsed" } as const;
    expect(kinds(withScaling({ ...same, rslora: collapsed, largest: collapsed }))).toEqual([
      "scaling-unclear",
    ]);
  });
});
