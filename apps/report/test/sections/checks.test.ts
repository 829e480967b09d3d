import type { Robustness, RobustnessRate } from "@lorank/evidence/results";
import { expect, test } from "vitest";
import { shownMetric } from "../../src/metric.ts";
import { betterInWords, factorInWords, runInWords, stateInWords } from "../../src/sections/checks.tsx";
import { adequate, rateDecides } from "../fixtures/scenes.ts";
import { sectionText } from "./section-text.ts";

test("where a loss still fell the section does not say that none did, and a sweep without loss curves has no section", () => {
  const results = rateDecides();
  const convergence = results.decision.convergence!.map((one) => ({ ...one, state: "falling" as const }));
  expect(
    sectionText({ ...results, decision: { ...results.decision, convergence } }, "convergence"),
  ).not.toContain("No rank was surely short");
  const { convergence: _, ...judged } = results.decision;
  expect(sectionText({ ...results, decision: judged }, "convergence")).toBeUndefined();
});

test("every state has its own words", () => {
  const states = ["falling", "converged", "memorising", "stuck", "unclear"] as const;
  const words = states.map((state) => stateInWords({ state }));
  expect(new Set([...words, stateInWords({ state: "stuck", rose: true })]).size).toBe(6);
});

test("a rate without a comparison has a dash, and a sweep without other rates no section", () => {
  const results = rateDecides();
  const rates = results.decision.robustness!.rates.map(
    ({ advantage: _, interval: __, better: ___, ...rate }) => ({
      ...rate,
      largest: { learningRate: 0.003, status: "diverged" as const },
    }),
  );
  const robustness = { ...results.decision.robustness!, rates };
  const text = sectionText({ ...results, decision: { ...results.decision, robustness } }, "robustness")!;
  expect(text).toMatch(/ diverged – not known /);
  expect(sectionText(adequate(), "robustness")).toBeUndefined();
});

test("rsLoRA's scaling is a row of its own, where it was tried", () => {
  const results = rateDecides();
  const { rates, ...rest } = results.decision.robustness!;
  const run = (quality: number) => ({ learningRate: 0.001, status: "learned" as const, quality });
  const scaling = {
    alpha: 16,
    ratio: 5.66,
    smallest: run(0.861),
    largest: run(0.922),
    rslora: run(0.931),
    gain: 0.009,
    gainInterval: [-0.004, 0.022] as const,
    advantage: 0.07,
    interval: [0.05, 0.09] as const,
    better: "largest" as const,
  };
  const robustness = { ...rest, rates, scaling };
  const text = sectionText({ ...results, decision: { ...results.decision, robustness } }, "robustness")!;
  expect(text).toContain("the sweep's, rsLoRA's scaling 0.001 86.1% 93.1% +7.0 +5.0 to +9.0 rank 64 ");
  expect(text).toContain("rank 64 is not shown to gain or to lose");
  expect(sectionText(results, "robustness")).not.toContain("rsLoRA");
});

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
