import type { RankScore, Results, TestScore } from "@lorank/core/results";
import { describe, expect, test } from "vitest";
import { testScoreInWords } from "../../src/data/test-score.ts";
import { adequate, inconclusive } from "../fixtures/scenes.ts";
import { testScore, withTest } from "../fixtures/test-score.ts";

const words = (results: Results, changes: Partial<TestScore> = {}) =>
  testScoreInWords(withTest(results, { ...testScore, ...changes }));

describe("testScoreInWords", () => {
  test("says nothing without test examples", () => {
    expect(testScoreInWords(adequate())).toBeUndefined();
  });

  test("gives the test's figure with its interval, then what validation said, in the verdict's metric", () => {
    expect(words(adequate())).toBe(
      "On 400 test examples that nothing was chosen by, rank 8 comes to 93.9% [92.1–95.6%] over 5 seeds; " +
        "validation said 94.4% [93.0–95.8%].",
    );
    const { decision } = adequate();
    const byLoss = { ...adequate(), decision: { ...decision, metric: "log-loss" as const, margin: 0.02 } };
    expect(words(byLoss)).toContain(
      "rank 8 comes to a log loss of 0.181 [0.150–0.212] over 5 seeds; validation said a log loss of 0.170 [0.150–0.190].",
    );
  });

  test("says when other ranks were scored too", () => {
    expect(words(adequate(), { otherRanks: [2] })).toMatch(
      / This is not the only look at them: rank 2 was scored too, and what was done with that in sight may have been chosen by it\.$/,
    );
    expect(words(adequate(), { otherRanks: [2, 4] })).toContain(": ranks 2 and 4 were scored too");
  });

  test("says why there is no score", () => {
    const untested = (results: Results) => testScoreInWords(withTest(results, undefined));
    expect(untested(inconclusive())).toBe(
      "The verdict names no rank, so nothing was scored on the 400 test examples: they are still unseen.",
    );
    const atZero = { ...adequate(), decision: { ...adequate().decision, rank: 0 } };
    expect(untested(atZero)).toBe("Rank 0 has no adapter, so nothing was scored on the 400 test examples.");
    expect(untested(adequate())).toBe("Rank 8 was not scored on the 400 test examples.");
  });

  test("does not lend a score to another verdict than the one that it was made for", () => {
    expect(words(adequate(), { rank: 4 })).toBe(
      "The 400 test examples were scored for rank 4, not for rank 8: these are not the settings that the sweep was decided with.",
    );
    expect(words(inconclusive())).toBe(
      "The verdict names no rank; the 400 test examples were scored for rank 8, which was recommended otherwise.",
    );
  });
});

test("the fixture's figures are in their intervals", () => {
  const holds = ({ accuracy, interval: [lo, hi] }: RankScore) => lo <= accuracy && accuracy <= hi;
  expect([testScore, testScore.validation].map(holds)).toEqual([true, true]);
});
