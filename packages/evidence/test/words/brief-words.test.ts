import { expect, test } from "vitest";
import type { ClaimOf } from "../../src/claims/claim.ts";
import { inBrief, inWords } from "../../src/results.ts";

const starter: ClaimOf<"starter-alone"> = { kind: "starter-alone", topic: "caution" };
const rate: ClaimOf<"one-rate"> = { kind: "one-rate", topic: "evidence", rate: 0.003 };
const basis: ClaimOf<"basis"> = {
  ...{ kind: "basis", topic: "basis", seeds: 5, mostRuns: 5, isApart: false, examples: 800 },
  ...{ confidence: 0.95, holdsFor: "pairs" },
};
const chosen: ClaimOf<"selection-inflation"> = {
  ...{ kind: "selection-inflation", topic: "caution", ranks: 2, inflation: 0.003, bestRank: 4 },
  metric: "accuracy",
};
const bound: ClaimOf<"possible-loss"> = {
  ...{ kind: "possible-loss", topic: "verdict", rank: 4, bound: 0.009, margin: 0.01, metric: "accuracy" },
  ...{ confidence: 0.95, cheapestOf: "all" },
};
const test800: ClaimOf<"test-score"> = {
  ...{ kind: "test-score", topic: "evidence", rank: 4, seeds: 5, examples: 800, metric: "accuracy" },
  ...{
    score: { mean: 0.937, interval: [0.918, 0.956] },
    validation: { mean: 0.941, interval: [0.925, 0.957] },
  },
  otherRanks: [8],
};

test.each([
  ["what it trained", starter, "This holds for the starter: another base may need another rank."],
  ["the one learning rate", rate, "All ranks had one learning rate, 0.003, not tuned."],
  [
    "its basis with the confidence",
    basis,
    "This rests on paired runs with 5 seeds and 800 examples, at 95% confidence.",
  ],
  [
    "the test score, and that the test was used before",
    test800,
    "On 800 test examples rank 4 has an accuracy of 93.7% [91.8–95.6%]. Rank 8 was scored here too, so this set is no longer fully held out.",
  ],
])("a terminal says %s", (_, claim, words) => {
  expect(inBrief(claim)).toBe(words);
  expect(inWords(claim).length).toBeGreaterThan(words.length);
});

test("a terminal leaves to the report what the headline and the basis say, and what would be if ranks were equal", () => {
  expect(inBrief([bound, basis])).toBe(inBrief(basis));
  expect(inBrief({ ...bound, cheapestOf: "unbeaten" })).toBe(
    "Each cheaper rank is shown to be worse than another.",
  );
  expect(inBrief(chosen)).toBe("");
});

test("a terminal leaves out how the first step was measured, and keeps that steps differ", () => {
  const steps: ClaimOf<"step-size"> = {
    ...{
      kind: "step-size",
      topic: "caution",
      rule: "alpha-follows-rank",
      smallest: 4,
      largest: 16,
      ratio: 4,
    },
  };
  expect(inBrief(steps)).toMatch(/tells the two apart\.$/);
  expect(inWords(steps)).toBe(`${inBrief(steps)} ${inWords(steps).slice(inBrief(steps).length + 1)}`);
  expect(inWords(steps)).toMatch(/Measured for ranks 1 to 64/);
});

test("claims with one form alone are told in it", () => {
  const worse: ClaimOf<"worse"> = { kind: "worse", topic: "evidence", ranks: [1] };
  expect(inBrief(worse)).toBe(inWords(worse));
});
