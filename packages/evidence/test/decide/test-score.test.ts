import { describe, expect, test } from "vitest";
import { simulateOutcomes } from "../../src/decide/simulate.ts";
import { testScoreOf } from "../../src/decide/test-score.ts";
import { decide } from "../../src/index.ts";
import type { Evaluation, Interval, TestRun } from "../../src/schema/types.ts";

const evaluationOf = (correct: readonly number[], logLosses: readonly number[]): Evaluation => ({
  accuracy: 0, // of tokens in causal-lm, so that the means are taken over examples instead
  logLoss: 0,
  correct,
  logLosses,
});
const runOf = (seed: number, evaluation: Evaluation): TestRun => ({
  trialId: `t${seed}`,
  rank: 8,
  seed,
  evaluation,
});

describe("testScoreOf", () => {
  test("has the mean and the interval that a decision on the same outcomes has for the rank", () => {
    const outcomes = simulateOutcomes({ ranks: [8], accuracies: [0.9], seeds: 4, examples: 300 }, 3);
    const runs = outcomes.cells.map(({ seed, correct }) =>
      runOf(
        seed,
        evaluationOf(
          Array.from(correct),
          Array.from(correct, (right) => 1.5 - right),
        ),
      ),
    );
    const of = {
      metric: "accuracy" as const,
      confidence: 0.95,
      runs,
      validation: runs.map(({ evaluation }) => evaluation),
    };
    const score = testScoreOf({ ...of, otherRanks: [] });
    const { accuracy, interval } = decide(outcomes).ranks[0]!;
    expect(score).toMatchObject({ rank: 8, seeds: 4, examples: 300, confidence: 0.95, accuracy, interval });
    expect(score.validation).toEqual({
      accuracy,
      interval,
      logLoss: score.logLoss,
      logLossInterval: score.logLossInterval,
    });
    expect(score).not.toHaveProperty("otherRanks");
  });

  test("counts groups of examples in its intervals, and keeps those of both parts apart", () => {
    const world = { ranks: [8], accuracies: [0.9], seeds: 3, examples: 300, groupSize: 20 };
    const { cells } = simulateOutcomes(world, 3);
    const runs = cells.map(({ seed, correct }) => runOf(seed, evaluationOf(Array.from(correct), [])));
    const of = { metric: "accuracy" as const, confidence: 0.95, runs, otherRanks: [] };
    const validation = runs.map(({ evaluation }) => evaluation);
    const groups = Array.from({ length: 300 }, (_, e) => Math.floor(e / 20));
    const width = ({ interval }: { interval?: Interval }): number => interval![1] - interval![0];
    const alone = testScoreOf({ ...of, validation });
    const test = testScoreOf({ ...of, validation, testGroups: groups });
    expect(width(test)).toBeGreaterThan(1.1 * width(alone));
    expect(test.validation).toEqual(alone.validation);
    const both = testScoreOf({ ...of, validation, validationGroups: groups });
    expect(both).toMatchObject({ interval: alone.interval, validation: { interval: test.interval } });
  });

  test("keeps test and validation apart, and the runs by seed", () => {
    const good = evaluationOf([1, 1, 1, 0], [0.1, 0.1, 0.2, 0.8]);
    const poor = evaluationOf([1, 0], [0.4, 1]);
    const score = testScoreOf({
      metric: "accuracy",
      confidence: 0.9,
      runs: [runOf(2, poor), runOf(1, poor)],
      validation: [good, good],
      otherRanks: [32, 16],
    });
    expect(score).toMatchObject({ accuracy: 0.5, logLoss: 0.7, examples: 2, otherRanks: [16, 32] });
    expect(score.validation.accuracy).toBe(0.75);
    expect(score.validation.logLoss).toBeCloseTo(0.3, 12);
    expect(score.runs.map(({ seed }) => seed)).toEqual([1, 2]);
  });
});
