import type { Decision, Robustness, RobustnessRate } from "@lorank/core/results";
import { describe, expect, test } from "vitest";
import {
  betterInWords,
  factorInWords,
  orderInWords,
  robustnessAdvice,
  runInWords,
} from "../../src/data/robustness-words.ts";
import { accuracyMetric } from "../../src/metric.ts";
import { adequate } from "../fixtures/scenes.ts";

const robustness = (order: Robustness["order"], stepGrowsWithRank = false): Robustness => ({
  seed: 0,
  smallestRank: 2,
  largestRank: 64,
  rates: [],
  order,
  stepGrowsWithRank,
});
const advice = (found: Robustness) =>
  robustnessAdvice({ ...adequate().decision, robustness: found } satisfies Decision);

test("each order of the ranks has its own words, and only a flip says that the rate decides", () => {
  const words = (["flips", "breaks", "kept", "unclear"] as const).map((order) =>
    orderInWords(robustness(order)),
  );
  expect(new Set(words).size).toBe(4);
  expect(words[0]).toContain("the rate decides, not the rank");
  for (const other of words.slice(1)) expect(other).not.toContain("the rate decides,");
  for (const one of words) expect(one).toContain("anks 2 and 64");
});

describe("robustnessAdvice", () => {
  test("a rate that has a say is to be searched", () => {
    expect(advice(robustness("flips"))).toBe(
      "Search the learning rate for these ranks (--learning-rate auto), then compare them again.",
    );
    expect(advice(robustness("breaks"))).toBe(advice(robustness("flips")));
  });
  test("where the step grows with the rank, the size of the update is to be held too", () => {
    expect(advice(robustness("flips", true))).toContain("a fixed --alpha, --scaling lora");
  });
  test("nothing is to be done where the rate has no say", () => {
    expect(advice(robustness("kept"))).toBeUndefined();
    expect(advice(robustness("unclear"))).toBeUndefined();
    expect(robustnessAdvice(adequate().decision)).toBeUndefined();
  });
});

test("a factor that came from a division reads as what it was meant to be", () => {
  expect([0.001 / 3 / 0.001, 1, 3, 0.1].map(factorInWords)).toEqual(["1/3 ×", "the sweep's", "3 ×", "0.1 ×"]);
});

test("a run that failed says so, with its score where it has one", () => {
  const metric = accuracyMetric(adequate());
  const words = (status: "learned" | "collapsed" | "diverged" | "out-of-memory", quality?: number) =>
    runInWords({ learningRate: 1e-3, status, ...(quality === undefined ? {} : { quality }) }, metric);
  expect(words("learned", 0.91)).toBe("91.0%");
  expect(words("collapsed", 0.679)).toBe("67.9%, learned nothing");
  expect(words("collapsed")).toBe("learned nothing");
  expect([words("diverged"), words("out-of-memory")]).toEqual(["diverged", "ran out of memory"]);
});

test("the better rank is named, or that none is known", () => {
  const run = { learningRate: 1e-3, status: "learned" } as const;
  const rate: RobustnessRate = { factor: 3, smallest: run, largest: run };
  expect(betterInWords(rate, robustness("unclear"))).toBe("not known");
  expect(betterInWords({ ...rate, better: "smallest" }, robustness("unclear"))).toBe("rank 2");
  expect(betterInWords({ ...rate, better: "largest" }, robustness("unclear"))).toBe("rank 64");
});
