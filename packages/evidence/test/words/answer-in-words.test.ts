import { expect, test } from "vitest";
import type { ClassPriorBodies } from "../../src/checks/class-prior/words.ts";
import type { RobustnessBodies } from "../../src/checks/robustness/words.ts";
import { claimsWith } from "../../src/claims/claim.ts";
import type { Claim } from "../../src/words/claim.ts";
import { inWords, kindInWords } from "../../src/words/in-words.ts";
import { flippedRobustness as robustness } from "../fixtures/robustness.ts";

const claim = claimsWith<ClassPriorBodies & RobustnessBodies>();

const accuracy = "accuracy" as const;
const interval = [0.007, 0.017] as const;
const common = { margin: 0.01, metric: accuracy, confidence: 0.95 };
const even = { ranks: [4, 16], spread: 0.002, metric: accuracy, confidence: 0.95 };
const loss = { ...common, rank: 4, cheapestOf: "none" } as const;
const unknownBet = { ...common, rank: 8, isProven: false, compared: 4, seeds: 3 };
const bet = { ...unknownBet, expectedLoss: 0.004 };
const recommended = { rank: 4, metric: accuracy, ranks: [4, 16], comparesAll: true, atOwnRate: false };
const lost = (bound: number, margin = 0.01) => ({ bound, margin, metric: accuracy });
const nats = {
  ...recommended,
  metric: "log-loss",
  loss: { bound: 0.0311, margin: 0.02, metric: "log-loss" },
} as const;
const wide = { ...recommended, weak: { interval: [0, 1] } } as const;
const none = { atOwnRate: false };
const prior = { state: "not-better", source: "labels", accuracy: 0.7, runs: 6 } as const;

/** Claims on the verdict and its evidence, each kind and each case of a kind, with its sentence. */
const sentences: readonly (readonly [Claim, string])[] = [
  [claim.verdict("recommended", { ...recommended, verdict: "adequate" }), "Use rank 4."],
  [
    claim.verdict("recommended", { ...recommended, verdict: "adequate", loss: lost(0.0055) }),
    "Use rank 4: it loses at most 0.6 points, within the 1 that you accept.",
  ],
  [
    claim.verdict("recommended", { ...recommended, verdict: "adequate", loss: lost(-0.002) }),
    "Use rank 4: no other rank is better.",
  ],
  [
    claim.verdict("recommended", { ...recommended, verdict: "provisional", loss: lost(0.0165) }),
    "Use rank 4: it loses at most 1.7 points; you accept 1.",
  ],
  [
    claim.verdict("recommended", { ...nats, verdict: "indistinguishable" }),
    "Use rank 4: it loses at most 0.032 nats of log loss; you accept 0.02.",
  ],
  [
    claim.verdict("recommended", {
      ...{ ...recommended, verdict: "adequate", loss: lost(0.168, 0.2) },
      weak: { seeds: 2, examples: 24 },
    }),
    "Use rank 4, on weak evidence (2 seeds, 24 examples): it loses at most 16.8 points, within the 20 that you accept.",
  ],
  [
    claim.verdict("recommended", { ...wide, verdict: "provisional", loss: lost(0.0165) }),
    "Use rank 4, on weak evidence (its accuracy is open from 0.0 to 100.0%): it loses at most 1.7 points; you accept 1.",
  ],
  [
    claim.verdict("recommended", { ...recommended, verdict: "extend", weak: { groups: 9 } }),
    "Go above rank 4, on weak evidence (9 groups): quality is still rising.",
  ],
  [
    claim.verdict("recommended", { ...recommended, verdict: "extend" }),
    "Go above rank 4: quality is still rising.",
  ],
  [
    claim.verdict("recommended", { ...recommended, verdict: "adequate", atOwnRate: true }),
    "At the sweep's own rate alone, use rank 4.",
  ],
  [
    claim.verdict("enough", { ...common, ...none, rank: 8, open: [{ rank: 2, bound: 0.0214 }] }),
    "Rank 8 is enough (proven within 1 point). Whether rank 2 is too is open: it may lose up to 2.2 points (95% confidence).",
  ],
  [
    claim.verdict("enough", {
      ...{ ...common, margin: 0.03, rank: 8, atOwnRate: true },
      open: [
        { rank: 2, bound: 0.072 },
        { rank: 4, bound: 0.061 },
      ],
    }),
    "At the sweep's own rate alone, rank 8 is enough (proven within 3 points). Whether ranks 2 and 4 are too is open: they may lose up to 7.2 points and 6.1 points (95% confidence).",
  ],
  [
    claim.verdict("enough", { ...common, ...none, rank: 8, open: [], weak: { seeds: 2 } }),
    "Rank 8 is enough (proven within 1 point, on weak evidence: 2 seeds).",
  ],
  [claim.verdict("none-recommended", { ...none, why: "unsettled" }), "These runs do not settle the rank."],
  [
    claim.verdict("none-recommended", { ...none, why: "nothing-completed" }),
    "No rank completed enough runs to be compared.",
  ],
  [
    claim.verdict("none-recommended", { ...none, why: "not-better" }),
    "No rank is better than the class prior.",
  ],
  [
    claim.verdict("none-recommended", { ...none, why: "unclear" }),
    "No rank is shown to be better than the class prior.",
  ],
  [
    claim.verdict("none-recommended", { ...none, why: "same-answers" }),
    "No rank is shown to have learned anything.",
  ],
  [
    claim.verdict("none-recommended", { atOwnRate: true, why: "unsettled" }),
    "At the sweep's own rate alone, these runs do not settle the rank.",
  ],
  [claim.verdict("rate-decides", { ranks: [4, 64] }), "The learning rate decides here, not the rank."],
  [
    claim.verdict("rate-flips", { robustness, rates: robustness.rates, metric: accuracy }),
    "At a third of the rate rank 4 learned nothing, where rank 64 learned; at the sweep's rate rank 64 is 10.1 ± 2.3 points better than rank 4; at three times the rate rank 64 diverged, where rank 4 learned.",
  ],
  [
    claim.verdict("no-difference", { ...even, isProven: true }),
    "Rank makes no visible difference here: ranks 4 and 16 lie within 0.2 points.",
  ],
  [
    claim.verdict("no-difference", { ...even, isProven: false }),
    "A difference is neither shown nor ruled out at 95% confidence. The means of ranks 4 and 16 lie within 0.2 points; the intervals reach beyond the margin.",
  ],
  [
    claim.verdict("possible-loss", { ...loss, bound: 0.0034, cheapestOf: "all" }),
    "No compared rank is cheaper; the bound holds at 95% confidence.",
  ],
  [
    claim.verdict("possible-loss", { ...loss, bound: 0.013, cheapestOf: "unbeaten" }),
    "Each cheaper rank is shown to be worse than another; the bound holds at 95% confidence.",
  ],
  [
    claim.verdict("best-bet", { ...bet, mayLose: 0.021, oneMoreSeed: { ranks: [4, 8, 16], saves: 0.001 } }),
    "If you must choose now: rank 8. It is expected to lose 0.4 points against the best rank, and may lose up to 2.1 points (95% confidence). One more seed of ranks 4, 8 and 16 would lower the expected loss to 0.3 points.",
  ],
  [
    claim.verdict("best-bet", { ...bet, mayLose: 0.021, oneMoreSeed: { ranks: [4, 8], saves: 0.00001 } }),
    "If you must choose now: rank 8. It is expected to lose 0.4 points against the best rank, and may lose up to 2.1 points (95% confidence). One more seed of ranks 4 and 8 would hardly lower the expected loss.",
  ],
  [
    claim.verdict("best-bet", { ...bet, isProven: true, mayLose: 0.008 }),
    "Rank 8 is expected to lose 0.4 points against the best rank, and may lose up to 0.8 points (95% confidence).",
  ],
  [
    claim.verdict("best-bet", { ...bet, expectedLoss: 1e-7, mayLose: -0.001 }),
    "If you must choose now: rank 8. It is expected to lose next to nothing against the best rank, and no other rank is better (95% confidence).",
  ],
  [
    claim.verdict("best-bet", { ...unknownBet, mayLose: 0.021 }),
    "If you must choose now: rank 8. It may lose up to 2.1 points (95% confidence).",
  ],
  [
    claim.verdict("best-bet", { ...unknownBet, seeds: 1 }),
    "If you must choose now: rank 8, the best mean. What it may lose is unknown.",
  ],
  [
    claim.verdict("best-bet", { ...unknownBet, compared: 1 }),
    "If you must choose now: rank 8, the only one.",
  ],
  [claim.verdict("possible-loss", { ...loss, bound: 0.0034 }), "The bound holds at 95% confidence."],
  [
    claim.verdict("proven", { rank: 16, margin: 0.01, metric: accuracy }),
    "Rank 16 is safer: no other rank is better by more than 1 point.",
  ],
  [
    claim.verdict("left-alone", { rank: 4, isLargest: false }),
    "It is the one rank that is left in the race: every other one fell behind.",
  ],
  [
    claim.verdict("left-alone", { rank: 4, isLargest: true }),
    "It is the largest rank tried, and every smaller one fell behind in the race.",
  ],
  [
    claim.verdict("better", {
      rank: 32,
      than: 16,
      difference: 0.012,
      interval,
      metric: accuracy,
      confidence: 0.95,
    }),
    "Rank 32, the largest tried, is 1.2 ± 0.5 points better than rank 16, at 95% confidence.",
  ],
  [
    claim.verdict("one-rank", { rank: 4 }),
    "Only rank 4 could be compared, and there is nothing to compare it with.",
  ],
  [
    claim.verdict("one-seed", { intervals: "examples" }),
    "One seed cannot show how much a rank varies from run to run, so nothing can be claimed. The intervals cover the choice of examples alone.",
  ],
  [
    claim.verdict("nothing-learned", { ...prior, logLoss: 0.611 }),
    "The class prior knows how frequent each class is and nothing else: always naming the most frequent one is right on 70.0% of the examples, and giving every example the shares of the classes has a log loss of 0.611 nats.",
  ],
  [
    claim.verdict("nothing-learned", { ...prior, source: "agreement" }),
    "All 6 runs are right on exactly the same examples, like runs that always give one answer or are copies of each other. Whether they learned anything cannot be known without the class of each example: add a column `label`.",
  ],
  [
    claim.verdict("nothing-learned", { ...prior, source: "agreement", accuracy: 0 }),
    "None of the 6 runs is right on any example: does the metric fit the answers?",
  ],
  [
    claim.verdict("fault", { cause: "rate-too-high", diverged: 0, anyCompared: true }),
    "The training loss rose far above where it began: the learning rate is too high.",
  ],
  [
    claim.verdict("fault", { cause: "rate-too-high", diverged: 2, anyCompared: true }),
    "Runs diverged, or their training loss rose far above where it began: the learning rate is too high.",
  ],
  [
    claim.verdict("fault", { cause: "rate-too-high", diverged: 2, anyCompared: false }),
    "The runs diverged: the learning rate is too high.",
  ],
  [
    claim.verdict("fault", { cause: "unknown", diverged: 4, divergedAtStart: 4, anyCompared: false }),
    "Of 4 runs that diverged, 4 had a loss or a gradient that was not finite at the first step, before any weight had changed. So the learning rate is not the cause.",
  ],
  [
    claim.verdict("fault", { cause: "memorising", diverged: 0, anyCompared: true }),
    "The training loss fell below the log loss of the class prior; that of the validation examples did not. What was learned does not hold for other examples.",
  ],
  [
    claim.verdict("fault", { cause: "too-short", diverged: 0, anyCompared: true }),
    "The training loss was still falling at the end.",
  ],
  [
    claim.verdict("fault", { cause: "too-short", diverged: 0, anyCompared: true, fewSteps: 8 }),
    "After 8 steps nothing can be said of the training loss.",
  ],
  [
    claim.verdict("fault", { cause: "unknown", diverged: 0, anyCompared: true }),
    "The training loss neither rose far nor surely fell.",
  ],
  [
    claim.evidence("difference", {
      rank: 4,
      than: 32,
      difference: -0.012,
      interval: [-0.017, -0.007],
      metric: accuracy,
    }),
    "Rank 4 is 1.2 ± 0.5 points below rank 32, and its adapter is 8× smaller.",
  ],
  [
    claim.evidence("difference", {
      rank: 0,
      than: 8,
      difference: 0,
      interval: [-0.01, 0.01],
      metric: "log-loss",
    }),
    "Rank 0 is 0.000 ± 0.010 nats from rank 8, and it needs no adapter.",
  ],
  [claim.evidence("worse", { ranks: [1, 2] }), "Ranks 1 and 2 are worse than others."],
  [
    claim.evidence("chosen-rows", {
      where: [
        { column: "task", values: ["mrpc"] },
        { column: "n", values: ["50", "100"] },
      ],
      averageOver: { column: "targets", values: ["all-linear", "q_proj"] },
    }),
    "Only rows with task mrpc and n 50 or 100 count. Scores are means over targets: all-linear and q_proj.",
  ],
  [
    claim.evidence("chosen-rows", {
      averageOver: { column: "targets", values: [..."abcdefghi"] },
    }),
    "Scores are means over the 9 values of targets.",
  ],
  [
    claim.evidence("closest-to-prior", {
      rank: 2,
      accuracy: 0,
      accuracyInterval: [-0.006, 0.006],
      logLoss: -0.082,
      logLossInterval: [-0.116, -0.048],
      isBetter: false,
    }),
    "Rank 2 comes closest: 0.0 ± 0.6 points from it and, in log loss, 0.082 ± 0.034 nats worse than it.",
  ],
  [
    claim.evidence("gain-until", {
      rank: 8,
      than: 4,
      difference: 0.012,
      interval,
      metric: accuracy,
      isLast: false,
    }),
    "The last doubling that paid leads from rank 4 to rank 8: a gain of 1.2 ± 0.5 points.",
  ],
  [
    claim.evidence("gain-until", {
      rank: 16,
      than: 2,
      difference: 0.012,
      interval,
      metric: accuracy,
      isLast: true,
    }),
    "The last step that paid leads from rank 2 to rank 16: a gain of 1.2 ± 0.5 points. It is the last one tried, so the next may pay too.",
  ],
  [
    claim.evidence("rate-kept", { winner: 64, loser: 4, factors: [1 / 3, 1, 2.5] }),
    "The learning rate does not decide: rank 64 is better than rank 4 at a third of the rate, the sweep's rate and 2.5 times the rate.",
  ],
  [
    claim.evidence("rate-unclear", { ranks: [4, 64], factors: [1 / 3, 3], failed: [3] }),
    "Ranks 4 and 64 were also run at a third of the rate and three times the rate: no sign that the learning rate decides, and no proof that it does not (at three times the rate runs failed and nothing can be compared).",
  ],
  [
    claim.evidence("test-score", {
      rank: 8,
      seeds: 5,
      examples: 800,
      metric: accuracy,
      score: { mean: 0.939, interval: [0.921, 0.956] },
      validation: { mean: 0.941, interval: [0.925, 0.957] },
      otherRanks: [16],
    }),
    "On 800 test examples, which nothing was chosen by, rank 8 has an accuracy of 93.9% [92.1–95.6%] over 5 seeds; on the validation examples it has 94.1% [92.5–95.7%]. Rank 16 was scored here too, so this set is no longer fully held out.",
  ],
  [
    claim.evidence("no-test-score", { examples: 800, rank: null }),
    "The verdict recommends no rank, so nothing was scored on the 800 test examples: they are still unseen.",
  ],
  [
    claim.evidence("no-test-score", { examples: 800, rank: null, scored: 4 }),
    "The verdict recommends no rank; the 800 test examples were scored for rank 4, which was recommended otherwise.",
  ],
  [
    claim.evidence("no-test-score", { examples: 800, rank: 0 }),
    "Rank 0 has no adapter, so nothing was scored on the 800 test examples.",
  ],
  [
    claim.evidence("no-test-score", { examples: 800, rank: 8 }),
    "Rank 8 was not scored on the 800 test examples.",
  ],
  [
    claim.evidence("no-test-score", { examples: 800, rank: 8, scored: 4 }),
    "The 800 test examples were scored for rank 4, not for rank 8: these are not the settings that the sweep was decided with.",
  ],
];

test.each(sentences.map(([one, sentence]) => [one.kind, sentence, one] as const))(
  "%s: %s",
  (_, sentence, one) => {
    expect(inWords(one)).toBe(sentence);
  },
);

test("the kind of a verdict is its name; none where nothing ran; at this rate where the rate decides", () => {
  const decided = {
    verdict: "adequate",
    rank: 4,
    metric: "accuracy",
    margin: 0.01,
    ranks: [{ rank: 4 }] as never,
  } as const;
  expect(kindInWords(decided)).toBe("adequate");
  expect(kindInWords({ ...decided, verdict: "inconclusive", rank: null, ranks: [] })).toBe("no result");
  expect(kindInWords({ ...decided, robustness })).toBe("adequate at this rate");
});
