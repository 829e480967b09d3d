import { trialId } from "@lorank/train/spec";
import { describe, expect, test } from "vitest";
import { collectResults, decideRequired } from "../../src/results/collect.ts";
import { bestTrial, gridResults } from "../../src/results/results-document.ts";
import { commitResult } from "../../src/store/commit-result.ts";
import { SweepStore } from "../../src/store/store.ts";
import { examplePlan, temporaryFolder } from "../helpers/example.ts";
import { fakeTrial } from "../helpers/fake-trainer.ts";

describe("gridResults", async () => {
  const plan = examplePlan({ ranks: [2, 4], seeds: [0, 1] });
  const execution = { threadsPerTrial: 1, trialsAtOnce: 1 };
  const trials = await Promise.all(
    plan.specs.map(async (spec) => ({ ...(await fakeTrial(spec)).result, trialId: trialId(spec) })),
  );

  test("is what a results folder of the same trials comes to", () => {
    const store = new SweepStore(temporaryFolder());
    for (const [i, spec] of plan.specs.entries()) {
      store.addSpec(spec);
      commitResult(store, store.claimAttempt(trials[i]!.trialId), trials[i]!);
    }
    const decided = decideRequired(store, plan, { trials: plan.specs, truncations: [] });
    expect(gridResults(plan, trials.toReversed(), execution)).toEqual(
      collectResults(store, plan, decided, execution),
    );
  });

  test("there is no verdict on a part of a grid", () => {
    expect(() => gridResults(plan, trials.slice(1), execution)).toThrow(
      "4 trials must have a result before there is a verdict, got 3",
    );
  });
});

describe("bestTrial", async () => {
  const { specs } = examplePlan({ ranks: [2], seeds: [0, 1, 2] });
  const trials = await Promise.all(
    specs.map(async (spec) => ({
      ...(await fakeTrial(spec)).result,
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
});
