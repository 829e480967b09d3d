import type { Robustness, RobustnessRate } from "@lorank/core/results";
import { expect, test } from "vitest";
import { shownMetric } from "../../src/metric.ts";
import { betterInWords, factorInWords, runInWords } from "../../src/sections/robustness.tsx";
import { adequate } from "../fixtures/scenes.ts";

const robustness = (order: Robustness["order"]): Robustness => ({
  seed: 0,
  smallestRank: 2,
  largestRank: 64,
  rates: [],
  order,
  stepGrowsWithRank: false,
});
test("a factor that came from a division reads as what it was meant to be", () => {
  expect([0.001 / 3 / 0.001, 1, 3, 0.1].map(factorInWords)).toEqual(["1/3 ×", "the sweep's", "3 ×", "0.1 ×"]);
});

test("a run that failed says so, with its score where it has one", () => {
  const metric = shownMetric("accuracy", adequate());
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
