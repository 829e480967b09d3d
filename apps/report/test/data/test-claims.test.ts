import { claimsOf, type RankScore, type Results, type TestScore } from "@lorank/evidence/results";
import { describe, expect, test } from "vitest";
import { adequate, inconclusive } from "../fixtures/scenes.ts";
import { testScore, withTest } from "../fixtures/test-score.ts";

const told = (results: Results) => claimsOf(results).filter(({ kind }) => kind.endsWith("test-score"));
const tested = (results: Results, changes: Partial<TestScore> = {}) =>
  told(withTest(results, { ...testScore, ...changes }));

describe("the claim of a test score", () => {
  test("is none without test examples", () => {
    expect(told(adequate())).toEqual([]);
  });
  test("has the test's figure and that of validation, in the verdict's metric", () => {
    const by = { kind: "test-score", rank: 8, seeds: 5, examples: 400 };
    const { validation } = testScore;
    expect(tested(adequate())).toMatchObject([
      {
        ...by,
        metric: "accuracy",
        score: { mean: testScore.accuracy, interval: testScore.interval },
        validation: { mean: validation.accuracy, interval: validation.interval },
        otherRanks: [],
      },
    ]);
    const { decision } = adequate();
    const byLoss = { ...adequate(), decision: { ...decision, metric: "log-loss" as const, margin: 0.02 } };
    expect(tested(byLoss)).toMatchObject([
      {
        ...by,
        metric: "log-loss",
        score: { mean: testScore.logLoss, interval: testScore.logLossInterval },
        validation: { mean: validation.logLoss, interval: validation.logLossInterval },
      },
    ]);
  });
  test("names other ranks that were scored too", () => {
    expect(tested(adequate(), { otherRanks: [2, 4] })).toMatchObject([{ otherRanks: [2, 4] }]);
  });
  test("is why there is no score, and lends none to another verdict than the one that it was made for", () => {
    const none = { kind: "no-test-score", examples: 400 };
    const untested = (results: Results) => told(withTest(results, undefined));
    expect(untested(inconclusive())).toEqual([{ ...none, topic: "evidence", rank: null }]);
    const atZero = { ...adequate(), decision: { ...adequate().decision, rank: 0 } };
    expect(untested(atZero)).toMatchObject([{ ...none, rank: 0 }]);
    expect(untested(adequate())).toMatchObject([{ ...none, rank: 8 }]);
    expect(tested(adequate(), { rank: 4 })).toMatchObject([{ ...none, rank: 8, scored: 4 }]);
    expect(tested(inconclusive())).toMatchObject([{ ...none, rank: null, scored: 8 }]);
  });
});

test("the fixture's figures are in their intervals", () => {
  const holds = ({ accuracy, interval }: RankScore) => interval![0] <= accuracy! && accuracy! <= interval![1];
  expect([testScore, testScore.validation].map(holds)).toEqual([true, true]);
});
