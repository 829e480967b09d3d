import { expect, test } from "vitest";
import { bestTrial } from "../../src/results/best-trial.ts";
import { examplePlan } from "../helpers/example.ts";
import { runTrial } from "../helpers/fake-trial.ts";

const { specs } = examplePlan({ ranks: [2], seeds: [0, 1, 2] });
const trials = await Promise.all(
  specs.map(async (spec) => ({
    ...(await runTrial(spec, { modelPath: "", datasetFile: "", threads: 1 })).result,
    trialId: `${spec.seed}`,
  })),
);
const scored = (losses: readonly number[]) =>
  trials.map((trial, i) => ({ ...trial, evaluation: { ...trial.evaluation!, logLoss: losses[i]! } }));

test("is the one with the lowest log loss, of equals that of the smallest seed", () => {
  expect(bestTrial(scored([0.5, 0.3, 0.4]))?.spec.seed).toBe(1);
  expect(bestTrial(scored([0.5, 0.3, 0.3]).toReversed())?.spec.seed).toBe(1);
});

test("a trial that did not complete is never taken", () => {
  const { evaluation: _, ...diverged } = trials[0]!;
  expect(bestTrial([diverged])).toBeUndefined();
});
