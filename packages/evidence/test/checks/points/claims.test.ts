import { expect, test } from "vitest";
import type { PointsBodies } from "../../../src/checks/points/claims.ts";
import { claimsWith } from "../../../src/claims/claim.ts";
import { decideScores } from "../../../src/index.ts";
import { inWords } from "../../../src/words/in-words.ts";

const claim = claimsWith<PointsBodies>();

const body = {
  ...({ metric: "accuracy", step: 300, lastStep: 600, chosenBy: "examples", confidence: 0.95 } as const),
  ...{ gain: 0.0212, gainInterval: [0.009, 0.033] as const },
  now: { rank: 4, is: "recommended" } as const,
};
const better =
  "After step 300 of 600 accuracy is 2.1 points better than at the end (0.9 to 3.3 points, 95% confidence). " +
  "One half of the examples chose the step, and the other half scored it.";

test.each([
  [{}, better],
  [
    { answer: { rank: 8, is: "recommended" } as const },
    `${better} There, on half of the examples, rank 8 is recommended.`,
  ],
  [
    { answer: { rank: 4, is: "recommended" } as const },
    `${better} The answer there is the same: rank 4 is recommended.`,
  ],
  [
    { gainInterval: [-0.004, 0.046] as const, answer: { rank: 8, is: "recommended" } as const },
    "No step on the way is shown to be better than the end. After step 300 of 600 accuracy is 2.1 points better than " +
      "at the end (-0.4 to 4.6 points). One half of the examples chose the step, and the other half scored it.",
  ],
  [
    { metric: "log-loss", gain: -0.0067, gainInterval: [-0.135, 0.207] as const } as const,
    "No step on the way is shown to be better than the end. After step 300 of 600 log loss is 0.01 nats worse than " +
      "at the end (-0.21 to 0.14 nats). One half of the examples chose the step, and the other half scored it.",
  ],
  [
    { gain: -0.021, gainInterval: [-0.03, -0.012] as const },
    "No step on the way is shown to be better than the end. After step 300 of 600 accuracy is 2.1 points worse than " +
      "at the end (1.2 to 3.0 points). One half of the examples chose the step, and the other half scored it.",
  ],
  [{ step: 600, gain: 0 }, "No step on the way is better than the end, after step 600."],
  [
    { metric: "log-loss", chosenBy: "other-seeds" } as const,
    "After step 300 of 600 log loss is 0.021 nats better than at the end (0.009 to 0.033 nats, 95% confidence). " +
      "For each seed the other seeds chose the step, and its own run scored it.",
  ],
])("best point %j: %s", (change, sentence) => {
  expect(inWords(claim.evidence("best-point", { ...body, ...change }))).toBe(sentence);
});

test("without an interval, the same runs' choice is said to be optimistic", () => {
  const { gainInterval: _, ...open } = body;
  expect(inWords(claim.evidence("best-point", { ...open, chosenBy: "same-runs" }))).toBe(
    "After step 300 of 600 accuracy is 2.1 points better than at the end. " +
      "The same scores chose the step, so this is optimistic.",
  );
});

/** Runs of one seed with their best score beside the last. */
function verdictOf(scores: readonly (readonly [rank: number, best: number, last: number])[], rate = 0.0002) {
  const runs = scores.map(([rank, best, score]) => ({ rank, rate, seed: 0, score, onTheWay: { best } }));
  return decideScores({ runs }, { metric: "accuracy" });
}

test("runs that collapsed are named with both scores and the rate, even of a single seed", () => {
  const { explanation, bestBet } = verdictOf([
    [1, 0.86, 0.86],
    [16, 0.862, 0],
    [256, 0.865, 0.555],
  ]);
  expect(explanation).toContain(
    "Rank 16 collapsed on the way at learning rate 0.0002: from 86.2% to 0.0%. " +
      "Rank 256 collapsed on the way at learning rate 0.0002: from 86.5% to 55.5%. " +
      "Such an end tells of the training, not of the rank.",
  );
  expect(explanation).toContain("Lower the learning rate (now 0.0002)");
  expect(bestBet?.rank).toBe(1);
});

test("a larger rank is never better because smaller ones collapsed", () => {
  const seeds = [0, 1, 2, 3];
  const runs = [
    ...seeds.map((seed) => ({ rank: 4, seed, score: 0.01 * seed, onTheWay: { best: 0.8 } })),
    ...seeds.map((seed) => ({ rank: 64, seed, score: 0.8 + 0.002 * seed, onTheWay: { best: 0.81 } })),
  ];
  const without = runs.map(({ onTheWay: _, ...run }) => run);
  expect(decideScores({ runs: without }, { metric: "accuracy" }).verdict).toBe("extend");
  const decision = decideScores({ runs }, { metric: "accuracy" });
  expect(decision).toMatchObject({ verdict: "inconclusive", rank: null, fell: { hidesRanks: true } });
  expect(decision).not.toHaveProperty("bestBet");
  expect(decision.explanation).toMatch(
    /^Runs collapsed on the way, so their ends do not tell which rank is better\./,
  );
  expect(decision.explanation).not.toMatch(/Go above|Add rank|Use rank|worse/);
});

test("where best and last differ a little, both are told", () => {
  expect(
    verdictOf([
      [1, 0.879, 0.879],
      [16, 0.883, 0.869],
    ]).explanation,
  ).toContain(
    "Rank 16 scored 88.3% at its best and 86.9% at the end. " +
      "A run's best was chosen by itself, so it is optimistic; the verdict is on the end.",
  );
});
