import { expect, test } from "vitest";
import type { Claim } from "../../../src/results/claims/claim.ts";
import { claim } from "../../../src/results/claims/make-claim.ts";
import type { Robustness } from "../../../src/results/types.ts";
import { inWords, kindInWords } from "../../../src/results/words/in-words.ts";

const accuracy = "accuracy" as const;
const interval = [0.007, 0.017] as const;
const common = { margin: 0.01, metric: accuracy, confidence: 0.95 };
const recommended = { rank: 4, ranks: [4, 16], comparesAll: true, atOwnRate: false };
const none = { atOwnRate: false };
const prior = { state: "not-better", source: "labels", accuracy: 0.7, runs: 6 } as const;
const robustness: Robustness = {
  seed: 0,
  smallestRank: 4,
  largestRank: 64,
  order: "flips",
  stepGrowsWithRank: false,
  rates: [
    {
      factor: 1 / 3,
      smallest: { learningRate: 1, status: "collapsed" },
      largest: { learningRate: 1, status: "learned" },
      better: "largest",
    },
    {
      factor: 1,
      smallest: { learningRate: 3, status: "learned" },
      largest: { learningRate: 3, status: "learned" },
      advantage: 0.101,
      interval: [0.078, 0.124],
      better: "largest",
    },
    {
      factor: 3,
      smallest: { learningRate: 9, status: "learned" },
      largest: { learningRate: 9, status: "diverged" },
      better: "smallest",
    },
  ],
};
const now = { examples: 1000, seeds: 4 };
const design = { examples: 4000, seeds: 9, now };
const course = { seeds: 5, plannedSeeds: 10, runs: 25, gridRuns: 30 };
const prediction = { rank: 8, accuracy: 0.9, advantage: -0.004, interval: [-0.014, 0.006] } as const;
const confirmation = { rank: 8, seeds: 6, share: 0.7, advantage: -0.002, interval: [-0.007, 0.003] } as const;
const growth = { smallest: 4, largest: 32, ratio: 8 };

/** A claim of each kind and of each case of a kind, with its sentence. */
const sentences: readonly (readonly [Claim, string])[] = [
  [claim("recommended", { ...recommended, verdict: "adequate" }), "Use rank 4."],
  [
    claim("recommended", { ...recommended, verdict: "indistinguishable" }),
    "The data cannot tell the ranks apart. Take the smallest: rank 4.",
  ],
  [
    claim("recommended", { ...recommended, verdict: "indistinguishable", comparesAll: false }),
    "The data cannot tell ranks 4 and 16 apart. Take rank 4.",
  ],
  [claim("recommended", { ...recommended, verdict: "extend" }), "Go above rank 4: quality is still rising."],
  [
    claim("recommended", { ...recommended, verdict: "adequate", atOwnRate: true }),
    "At the sweep's own rate alone: use rank 4.",
  ],
  [claim("none-recommended", { ...none, why: "unsettled" }), "These runs do not settle the rank."],
  [
    claim("none-recommended", { ...none, why: "nothing-completed" }),
    "No rank completed enough runs to be compared.",
  ],
  [claim("none-recommended", { ...none, why: "not-better" }), "No rank is better than the class prior."],
  [
    claim("none-recommended", { ...none, why: "unclear" }),
    "No rank is shown to be better than the class prior.",
  ],
  [claim("none-recommended", { ...none, why: "same-answers" }), "No rank is shown to have learned anything."],
  [
    claim("none-recommended", { atOwnRate: true, why: "unsettled" }),
    "At the sweep's own rate alone: these runs do not settle the rank.",
  ],
  [claim("rate-decides", { ranks: [4, 64] }), "The learning rate decides here, not the rank."],
  [
    claim("rate-flips", { robustness, rates: robustness.rates, metric: accuracy }),
    "At a third of the rate rank 4 learned nothing, where rank 64 learned; at the sweep's rate rank 64 is 10.1 ± 2.3 points better than rank 4; at three times the rate rank 64 diverged, where rank 4 learned.",
  ],
  [
    claim("certified", { ...common, rank: 4, bound: 0.0034, smaller: [] }),
    "At 95% confidence no other rank tried is better than rank 4 by more than 0.4 points. The margin is 1 point.",
  ],
  [
    claim("certified", { ...common, rank: 4, bound: 0.0034, smaller: [1] }),
    "At 95% confidence no other rank tried is better than rank 4 by more than 0.4 points. The margin is 1 point, and no smaller rank is shown to be within it.",
  ],
  [
    claim("certified", { ...common, rank: 4, bound: -0.001, smaller: [1] }),
    "At 95% confidence no other rank tried is better than rank 4. No smaller rank is shown to be within the margin of 1 point.",
  ],
  [
    claim("left-alone", { rank: 4, isLargest: false }),
    "It is the one rank that is left in the race: every other one fell behind.",
  ],
  [
    claim("left-alone", { rank: 4, isLargest: true }),
    "It is the largest rank tried, and every smaller one fell behind in the race.",
  ],
  [
    claim("better", { rank: 32, than: 16, difference: 0.012, interval, metric: accuracy, confidence: 0.95 }),
    "Rank 32, the largest tried, is 1.2 ± 0.5 points better than rank 16, at 95% confidence.",
  ],
  [
    claim("not-told-apart", { ...common, ranks: [4, 16], rank: 4, bound: 0.016, isClose: true }),
    "No difference between any two of ranks 4 and 16 is supported at 95% confidence. Another rank may be better than rank 4 by up to 1.6 points, which is more than the margin of 1 point but no more than twice that.",
  ],
  [
    claim("not-told-apart", { ...common, ranks: [4, 16], rank: 4, bound: 0.03, isClose: false }),
    "No difference between any two of ranks 4 and 16 is supported at 95% confidence, but the intervals are too wide to call them equal: another one may be better than rank 4 by up to 3 points, and the margin is 1 point.",
  ],
  [
    claim("none-certified", { ...common, worse: [1], ranks: [4, 16] }),
    "Rank 1 is worse than others. Of ranks 4 and 16 none is shown to be within the margin of 1 point of every other rank.",
  ],
  [claim("one-rank", { rank: 4 }), "Only rank 4 could be compared, and there is nothing to compare it with."],
  [
    claim("one-seed", {}),
    "One seed cannot show how much a rank varies from run to run, so nothing can be claimed. The intervals cover the choice of examples alone.",
  ],
  [
    claim("nothing-learned", { ...prior, logLoss: 0.611 }),
    "The class prior knows how frequent each class is and nothing else: always naming the most frequent one is right on 70.0% of the examples, and giving every example the shares of the classes has a log loss of 0.611 nats.",
  ],
  [
    claim("nothing-learned", { ...prior, source: "agreement" }),
    "All 6 runs are right on exactly the same examples, like runs that always give one answer. Whether they learned anything cannot be known without the class of each example: add a column `label`.",
  ],
  [
    claim("fault", { cause: "rate-too-high", diverged: 0, anyCompared: true }),
    "The training loss rose far above where it began: the learning rate is too high.",
  ],
  [
    claim("fault", { cause: "rate-too-high", diverged: 2, anyCompared: true }),
    "Runs diverged, or their training loss rose far above where it began: the learning rate is too high.",
  ],
  [
    claim("fault", { cause: "rate-too-high", diverged: 2, anyCompared: false }),
    "The runs diverged: the learning rate is too high.",
  ],
  [
    claim("fault", { cause: "memorising", diverged: 0, anyCompared: true }),
    "The training loss fell below the log loss of the class prior; that of the validation examples did not. What was learned does not hold for other examples.",
  ],
  [
    claim("fault", { cause: "too-short", diverged: 0, anyCompared: true }),
    "The training loss was still falling at the end.",
  ],
  [
    claim("fault", { cause: "too-short", diverged: 0, anyCompared: true, fewSteps: 8 }),
    "After 8 steps nothing can be said of the training loss.",
  ],
  [
    claim("fault", { cause: "unknown", diverged: 0, anyCompared: true }),
    "The training loss neither rose far nor surely fell.",
  ],
  [
    claim("difference", {
      rank: 4,
      than: 32,
      difference: -0.012,
      interval: [-0.017, -0.007],
      metric: accuracy,
    }),
    "Rank 4 is 1.2 ± 0.5 points below rank 32, and its adapter is 8× smaller.",
  ],
  [
    claim("difference", { rank: 0, than: 8, difference: 0, interval: [-0.01, 0.01], metric: "log-loss" }),
    "Rank 0 is 0.000 ± 0.010 nats from rank 8, and it needs no adapter.",
  ],
  [claim("worse", { ranks: [1, 2] }), "Ranks 1 and 2 are worse than others."],
  [
    claim("may-be-as-good", { ranks: [4], bound: 0.0134, metric: accuracy }),
    "Rank 4 may be as good: it is not shown to be worse, but may lie up to 1.4 points below another rank.",
  ],
  [
    claim("closest-to-prior", {
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
    claim("flat-returns", { from: 2, to: 32, confidence: 0.95, isOpen: false }),
    "Larger ranks gain nothing that is supported: no step between ranks 2 and 32 has a gain above 0 at 95% confidence.",
  ],
  [
    claim("flat-returns", { from: 2, to: 32, confidence: 0.95, isOpen: true }),
    "As far as these runs can tell, larger ranks gain nothing: no step between ranks 2 and 32 has a gain above 0 at 95% confidence.",
  ],
  [
    claim("gain-until", { rank: 8, than: 4, difference: 0.012, interval, metric: accuracy, isLast: false }),
    "The last doubling that paid leads from rank 4 to rank 8: a gain of 1.2 ± 0.5 points.",
  ],
  [
    claim("gain-until", { rank: 16, than: 2, difference: 0.012, interval, metric: accuracy, isLast: true }),
    "The last step that paid leads from rank 2 to rank 16: a gain of 1.2 ± 0.5 points. It is the last one tried, so the next may pay too.",
  ],
  [
    claim("rate-kept", { winner: 64, loser: 4, factors: [1 / 3, 1, 2.5] }),
    "The learning rate does not decide: rank 64 is better than rank 4 at a third of the rate, the sweep's rate and 2.5 times the rate.",
  ],
  [
    claim("rate-unclear", { ranks: [4, 64], factors: [1 / 3, 3], failed: [3] }),
    "Ranks 4 and 64 were also run at a third of the rate and three times the rate: no sign that the learning rate decides, and no proof that it does not (at three times the rate runs failed and nothing can be compared).",
  ],
  [
    claim("test-score", {
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
    claim("no-test-score", { examples: 800, rank: null }),
    "The verdict names no rank, so nothing was scored on the 800 test examples: they are still unseen.",
  ],
  [
    claim("no-test-score", { examples: 800, rank: null, scored: 4 }),
    "The verdict names no rank; the 800 test examples were scored for rank 4, which was recommended otherwise.",
  ],
  [
    claim("no-test-score", { examples: 800, rank: 0 }),
    "Rank 0 has no adapter, so nothing was scored on the 800 test examples.",
  ],
  [claim("no-test-score", { examples: 800, rank: 8 }), "Rank 8 was not scored on the 800 test examples."],
  [
    claim("no-test-score", { examples: 800, rank: 8, scored: 4 }),
    "The 800 test examples were scored for rank 4, not for rank 8: these are not the settings that the sweep was decided with.",
  ],
  [
    claim("failed-runs", {
      planned: 25,
      diverged: 2,
      outOfMemory: 1,
      missing: 1,
      ranks: [2, 16, 32],
      seeds: 2,
    }),
    "Of 25 planned runs, 2 diverged, 1 ran out of memory and 1 left no result (ranks 2, 16 and 32). Means and intervals rest on the 2 seeds that every compared rank completed.",
  ],
  [
    claim("left-out-seeds", { seeds: [2], failures: [{ rank: 8, seed: 2, status: "diverged" }] }),
    "Seed 2 is left out for every rank: rank 8 diverged under seed 2.",
  ],
  [
    claim("left-out-seeds", {
      seeds: [1, 2],
      failures: [1, 2, 3, 4].map((rank) => ({ rank, seed: 1 + (rank % 2), status: "missing" as const })),
    }),
    "Seeds 1 and 2 are left out for every rank: rank 1 has no outcomes under seed 2, rank 2 has no outcomes under seed 1, rank 3 has no outcomes under seed 2 and 1 more.",
  ],
  [
    claim("excluded", { rank: 8, reason: "none of its 3 runs completed (diverged)" }),
    "Rank 8 is not compared: none of its 3 runs completed (diverged).",
  ],
  [
    claim("stuck", { ranks: [1, 4], rose: false }),
    "Ranks 1 and 4 had learned next to nothing when the training ended.",
  ],
  [
    claim("stuck", { ranks: [64], rose: true }),
    "Rank 64 had learned next to nothing when the training ended: its training loss rose far above where it began, so the learning rate is too high for it.",
  ],
  [
    claim("still-falling", { ranks: [4, 32], rank: 4, fall: 0.0999, interval: [0.0902, 0.1096] }),
    "The training loss of ranks 4 and 32 was still falling at the end: twice the training would lower it by 0.0999 ± 0.0097 nats at rank 4.",
  ],
  [
    claim("behind-prior", { ranks: [2] }),
    "Rank 2 is not shown to be better than the class prior: such runs may have learned nothing.",
  ],
  [
    claim("rate-breaks", { robustness, rates: robustness.rates.slice(2), metric: accuracy }),
    "The learning rate has a say in this: at three times the rate rank 64 diverged, where rank 4 learned. The two ranks need different rates.",
  ],
  [
    claim("learned-at-other-rates", { ranks: [4, 64], factors: [1 / 3] }),
    "At a third of the rate ranks 4 and 64 learned, at the sweep's rate they did not.",
  ],
  [
    claim("learned-at-no-rate", { ranks: [4, 64], factors: [1 / 3, 1] }),
    "Ranks 4 and 64 learned nothing at a third of the rate and the sweep's rate.",
  ],
  [
    claim("step-size", { ...growth, rule: "alpha-follows-rank", alphaPerRank: 2 }),
    "This sweep was run with alpha = 2 × rank. At one learning rate the update then grows with the rank: the first step of rank 32 is about 8 times that of rank 4. A rank that looks better may only have taken larger steps; a sweep with a fixed alpha tells the two apart. Measured for ranks 1 to 64, the first step lowered the loss by 0.15 to 8.60 times as much as that of rank 8 under alpha = rank, and by 0.89 to 1.01 times as much at a fixed alpha.",
  ],
  [
    claim("step-size", { ...growth, rule: "rslora" }),
    "This sweep was run with rsLoRA at a fixed alpha. Its scaling is alpha / √rank, so the update grows with √rank: the first step of rank 32 is about 8 times that of rank 4. A part of a difference between ranks may be step size.",
  ],
  [
    claim("step-size", { ...growth, rule: "other" }),
    "Step sizes differ between the ranks of this sweep: by alpha and scaling, the first step of rank 32 is about 8 times that of rank 4. A part of a difference between ranks may be step size; a sweep with one alpha tells the two apart.",
  ],
  [
    claim("selection-inflation", { ranks: 5, inflation: 0.00213, bestRank: 16, metric: accuracy }),
    "If these 5 ranks were truly equal, the best of them would still look 0.21 points better than it is, because it was chosen on the same examples. Up to about so much may flatter rank 16; a score on test examples is free of it.",
  ],
  [
    claim("needed", { ...design, to: "settle" }),
    "About 4,000 examples (now 1,000) and 9 seeds (now 4) would settle it, if the ranks that are left are truly equal.",
  ],
  [
    claim("needed", { ...design, to: "at-least" }),
    "It takes at least about 4,000 examples (now 1,000) and 9 seeds (now 4).",
  ],
  [
    claim("needed", { ...design, to: "certify" }),
    "About 4,000 examples (now 1,000) and 9 seeds (now 4) would show the smallest rank to be within the margin, if the ranks are truly equal.",
  ],
  [
    claim("needed", { ...design, to: "smaller" }),
    "About 4,000 examples (now 1,000) and 9 seeds (now 4) would show whether a smaller rank is as good, if it truly is.",
  ],
  [
    claim("no-design-settles", {}),
    "More runs of this kind would not settle it: only a wider margin, or less noise between runs.",
  ],
  [claim("complete-two-ranks", {}), "Complete runs of at least two ranks under the same seeds."],
  [claim("try-larger", { rank: 64, until: 32 }), "Add rank 64 to the sweep, and use rank 32 until then."],
  [
    claim("lower-rate", { now: 0.01 }),
    "Lower the learning rate (now 0.01), or have one searched (--learning-rate auto).",
  ],
  [
    claim("search-rate", { holdUpdate: false }),
    "Search a learning rate that suits all ranks (--learning-rate auto), then compare them again.",
  ],
  [
    claim("search-rate", { holdUpdate: true }),
    "Search a learning rate that suits all ranks (--learning-rate auto --scaling lora), with a fixed --alpha so that the update does not grow with the rank, then compare them again.",
  ],
  [claim("train-longer", { epochs: 6, maySpeedDiffer: false }), "Train longer (--epochs 6)."],
  [
    claim("train-longer", { epochs: 6, maySpeedDiffer: true }),
    "Train longer (--epochs 6): a part of what the ranks differ by may be how fast they learn.",
  ],
  [
    claim("check-labels", { thenSearch: true }),
    "Check that the labels belong to their texts, then have the learning rate and the epochs searched (--learning-rate auto --epochs auto).",
  ],
  [
    claim("check-labels", { thenSearch: false }),
    "Check that the labels belong to their texts, and train on more examples.",
  ],
  [claim("race-course", course), "The race is not over: it has looked at 5 of 10 planned seeds."],
  [
    claim("race-course", { ...course, stopped: "settled" }),
    "The race stopped after 5 of 10 planned seeds: the comparison was settled. That took 25 of the grid's 30 runs.",
  ],
  [
    claim("race-course", { ...course, stopped: "settled", seeds: 10 }),
    "The race was settled by the last of its 10 planned seeds. That took 25 of the grid's 30 runs.",
  ],
  [
    claim("race-course", { ...course, stopped: "spent" }),
    "The race ran all of its 10 planned seeds. That took 25 of the grid's 30 runs.",
  ],
  [
    claim("race-course", { ...course, stopped: "futile", promise: 0.034 }),
    "The race stopped after 5 of 10 planned seeds: the rest would have led to a verdict with a chance of about 3%. That took 25 of the grid's 30 runs.",
  ],
  [
    claim("dropped", {
      rank: 1,
      seeds: 5,
      metric: accuracy,
      cause: "beyond-margin",
      against: 8,
      shortfall: 0.02,
      interval: [0.015, 0.025],
      reason: "",
    }),
    "Rank 1 was dropped after 5 seeds: it is 2.0 ± 0.5 points below rank 8, beyond the margin.",
  ],
  [
    claim("dropped", {
      rank: 16,
      seeds: 5,
      metric: "log-loss",
      cause: "smaller-is-better",
      against: 8,
      shortfall: 0.02,
      interval: [0.015, 0.025],
      reason: "",
    }),
    "Rank 16 was dropped after 5 seeds: it is 0.0200 ± 0.0050 nats worse than the smaller rank 8.",
  ],
  [
    claim("dropped", { rank: 1, seeds: 3, metric: accuracy, cause: "failed", reason: "its runs failed" }),
    "Rank 1 was dropped after 3 seeds: its runs failed.",
  ],
  [
    claim("probe-course", { fromRank: 32, seeds: 3, runs: 12, gridRuns: 40 }),
    "The probe took 12 of the grid's 40 runs. Rank 32 was trained, and its adapters of 3 seeds were cut to every smaller rank.",
  ],
  [
    claim("probe-course", { fromRank: 32, seeds: 0, runs: 12, gridRuns: 40 }),
    "The probe took 12 of the grid's 40 runs. No run of rank 32 could be cut to the smaller ranks, so nothing was predicted.",
  ],
  [
    claim("confirmed", {
      metric: accuracy,
      fromRank: 32,
      prediction,
      confirmation: { ...confirmation, outcome: "held" },
      isBelowCandidate: false,
    }),
    "That predicted rank 8 0.4 ± 1.0 points below rank 32; real runs came out 0.2 ± 0.5 points below it.",
  ],
  [
    claim("confirmed", {
      metric: accuracy,
      fromRank: 32,
      prediction,
      confirmation: { ...confirmation, outcome: "missed" },
      isBelowCandidate: true,
    }),
    "That predicted rank 8 0.4 ± 1.0 points below rank 32; real runs came out 0.2 ± 0.5 points below it, outside of the prediction. It was trained all the same: cutting underrates small ranks, and its pilot runs kept up.",
  ],
  [
    claim("pilot", {
      rank: 4,
      seeds: 3,
      advantage: -0.02,
      interval: [-0.025, -0.015],
      taken: false,
      metric: accuracy,
      fromRank: 32,
    }),
    "Rank 4 was tried under 3 seeds as a pilot, since cutting underrates small ranks: it came out 2.0 ± 0.5 points below rank 32, beyond the margin.",
  ],
  [
    claim("pilot", { rank: 4, seeds: 3, taken: false, metric: accuracy, fromRank: 32 }),
    "Rank 4 was tried under 3 seeds as a pilot, since cutting underrates small ranks: its runs failed.",
  ],
  [
    claim("not-trained", { ranks: [2, 16], metric: accuracy, below: [{ rank: 2, shortfall: 0.021 }] }),
    "Ranks 2 and 16 were predicted and not trained; cut to rank 2 the adapters fell 2.1 points behind.",
  ],
  [
    claim("basis", { seeds: 5, examples: 4000, confidence: 0.95, holdsFor: "pairs" }),
    "This rests on paired runs with 5 seeds and 4,000 examples; each ± is a 95% interval that holds for all pairs of ranks at once.",
  ],
  [
    claim("basis", { seeds: 3, examples: 800, confidence: 0.95, holdsFor: "ranks" }),
    "This rests on paired runs with 3 seeds and 800 examples; each ± is a 95% interval over the examples that holds for all ranks at once.",
  ],
  [
    claim("basis", { seeds: 1, examples: 800, confidence: 0.95, holdsFor: "none" }),
    "This rests on 1 seed and 800 examples.",
  ],
];

test.each(sentences.map(([one, sentence]) => [one.kind, sentence, one] as const))(
  "%s: %s",
  (_, sentence, one) => {
    expect(inWords(one)).toBe(sentence);
  },
);

test("the kind of a verdict is its name; none where nothing ran; at this rate where the rate decides", () => {
  const decided = { verdict: "adequate", ranks: [{ rank: 4 }] as never } as const;
  expect(kindInWords(decided)).toBe("adequate");
  expect(kindInWords({ verdict: "inconclusive", ranks: [] })).toBe("no result");
  expect(kindInWords({ ...decided, robustness })).toBe("adequate at this rate");
});
