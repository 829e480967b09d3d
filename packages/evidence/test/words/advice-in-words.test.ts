import { expect, test } from "vitest";
import type { ConvergenceBodies } from "../../src/checks/convergence/claims.ts";
import type { OverlapBodies } from "../../src/checks/overlap/claims.ts";
import type { RobustnessBodies } from "../../src/checks/robustness/words.ts";
import { claimsWith } from "../../src/claims/claim.ts";
import type { ProbeBodies } from "../../src/methods/probe/words.ts";
import type { RaceBodies } from "../../src/methods/race/words.ts";
import type { Claim } from "../../src/words/claim.ts";
import { inWords } from "../../src/words/in-words.ts";
import { flippedRobustness as robustness } from "../fixtures/robustness.ts";

const claim = claimsWith<ConvergenceBodies & OverlapBodies & RobustnessBodies & RaceBodies & ProbeBodies>();

const accuracy = "accuracy" as const;
const now = { examples: 1000, seeds: 4 };
const design = { examples: 4000, seeds: 9, rank: 4, now };
const course = { seeds: 5, plannedSeeds: 10, isRecommended: false, runs: 25, gridRuns: 30 };
const prediction = { rank: 8, accuracy: 0.9, advantage: -0.004, interval: [-0.014, 0.006] } as const;
const confirmation = { rank: 8, seeds: 6, share: 0.7, advantage: -0.002, interval: [-0.007, 0.003] } as const;
const growth = { smallest: 4, largest: 32, ratio: 8 };

/** Cautions, next steps and the course of a method, each kind and each case of a kind, with its sentence. */
const sentences: readonly (readonly [Claim, string])[] = [
  [
    claim.caution("starter-alone", {}),
    "This holds for the starter, a model of 2.4 million parameters. Another base may need another rank.",
  ],
  [
    claim.caution("overlap", { validation: 12, examples: 188, isKept: false }),
    "12 validation examples that are also in training were left out: all figures are of the others.",
  ],
  [
    claim.caution("overlap", { validation: 1, examples: 188, isKept: false }),
    "1 validation example that is also in training was left out: all figures are of the others.",
  ],
  [
    claim.caution("overlap", { validation: 200, examples: 200, isKept: true }),
    "200 of 200 validation examples are also in training. What was learned by heart counts as right there: scores are too good for new data, and a rank that remembers more looks better than it is.",
  ],
  [
    claim.caution("group-overlap", { validation: 1, examples: 188, isKept: false }),
    "1 validation example whose group is also in training was left out: all figures are of the others.",
  ],
  [
    claim.caution("group-overlap", { validation: 40, examples: 200, isKept: true }),
    "The group of 40 of 200 validation examples is also in training. What was learned of that group helps there: scores are too good for new groups, and a rank that remembers more looks better than it is.",
  ],
  [
    claim.caution("failed-runs", {
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
    claim.caution("failed-runs", {
      planned: 2,
      diverged: 2,
      outOfMemory: 0,
      missing: 0,
      ranks: [2, 8],
      seeds: 0,
    }),
    "Of 2 planned runs, 2 diverged (ranks 2 and 8).",
  ],
  [
    claim.caution("left-out-seeds", { seeds: [2], failures: [{ rank: 8, seed: 2, status: "diverged" }] }),
    "Seed 2 is left out for every rank: rank 8 diverged under seed 2.",
  ],
  [
    claim.caution("left-out-seeds", {
      seeds: [1, 2],
      failures: [1, 2, 3, 4].map((rank) => ({ rank, seed: 1 + (rank % 2), status: "missing" as const })),
    }),
    "Seeds 1 and 2 are left out for every rank: rank 1 has no outcomes under seed 2, rank 2 has no outcomes under seed 1, rank 3 has no outcomes under seed 2 and 1 more.",
  ],
  [
    claim.caution("earlier-rule", { verdict: "adequate", rank: 4 }),
    "This verdict was adequate for rank 4 by an earlier rule, with which it was stored.",
  ],
  [
    claim.caution("earlier-rule", { verdict: "inconclusive", rank: null }),
    "This verdict was inconclusive by an earlier rule, with which it was stored.",
  ],
  [
    claim.caution("excluded", { rank: 8, reason: "none of its 3 runs completed (diverged)" }),
    "Rank 8 is not compared: none of its 3 runs completed (diverged).",
  ],
  [
    claim.caution("stuck", { ranks: [1, 4], rose: false }),
    "Ranks 1 and 4 had learned next to nothing when the training ended.",
  ],
  [
    claim.caution("stuck", { ranks: [64], rose: true }),
    "Rank 64 had learned next to nothing when the training ended: its training loss rose far above where it began, so the learning rate is too high for it.",
  ],
  [
    claim.caution("still-falling", { ranks: [4, 32] }),
    "The training loss of ranks 4 and 32 was still falling at the end.",
  ],
  [
    claim.caution("behind-prior", { ranks: [2] }),
    "Rank 2 is not shown to be better than the class prior: such runs may have learned nothing.",
  ],
  [
    claim.caution("rate-breaks", { robustness, rates: robustness.rates.slice(2), metric: accuracy }),
    "The learning rate has a say in this: at three times the rate rank 64 diverged, where rank 4 learned. The two ranks need different rates.",
  ],
  [
    claim.caution("learned-at-other-rates", { ranks: [4, 64], factors: [1 / 3] }),
    "At a third of the rate ranks 4 and 64 learned, at the sweep's rate they did not.",
  ],
  [
    claim.caution("learned-at-no-rate", { ranks: [4, 64], factors: [1 / 3, 1] }),
    "Ranks 4 and 64 learned nothing at a third of the rate and the sweep's rate.",
  ],
  [
    claim.caution("step-size", { ...growth, rule: "alpha-follows-rank", alphaPerRank: 2 }),
    "This sweep was run with alpha = 2 × rank. At one learning rate the update then grows with the rank: the first step of rank 32 is about 8 times that of rank 4. A rank that looks better may only have taken larger steps; a sweep with a fixed alpha tells the two apart. Measured for ranks 1 to 64, the first step lowered the loss by 0.15 to 8.60 times as much as that of rank 8 under alpha = rank, and by 0.89 to 1.01 times as much at a fixed alpha.",
  ],
  [
    claim.evidence("one-rate", { rate: 0.0003 }),
    "All ranks were trained at one learning rate, 0.0003, which was not tuned. Of 119 published sweeps at one rate, 38 name another rank than the tuned sweep does, 11 of them by a tie; lorank sweep with --robustness tries other rates.",
  ],
  [claim.next("try-rates", {}), "See if the ranks keep their order at other learning rates (--robustness)."],
  [
    claim.caution("step-size", { ...growth, rule: "rslora" }),
    "This sweep was run with rsLoRA at a fixed alpha. Its scaling is alpha / √rank, so the update grows with √rank: the first step of rank 32 is about 8 times that of rank 4. A part of a difference between ranks may be step size.",
  ],
  [
    claim.caution("step-size", { ...growth, rule: "other" }),
    "Step sizes differ between the ranks of this sweep: by alpha and scaling, the first step of rank 32 is about 8 times that of rank 4. A part of a difference between ranks may be step size; a sweep with one alpha tells the two apart.",
  ],
  [
    claim.caution("selection-inflation", { ranks: 5, inflation: 0.00213, bestRank: 16, metric: accuracy }),
    "If these 5 ranks were truly equal, the best of them would still look 0.21 points better than it is, because it was chosen on the same examples. Up to about so much may flatter rank 16; a score on test examples is free of it.",
  ],
  [
    claim.next("needed", { ...design, to: "settle" }),
    "About 4,000 examples (now 1,000) and 9 seeds (now 4) would settle it, if the ranks that are left are truly equal.",
  ],
  [
    claim.next("needed", {
      ...design,
      ...{ examples: 1000, seeds: 3, now: { ...now, seeds: 1 } },
      to: "at-least",
      until: 8,
    }),
    "Run 3 seeds (now 1): one seed cannot tell how many would settle it; until then rank 8 is the best bet.",
  ],
  [
    claim.next("needed", { ...design, onlySeeds: 12, to: "prove" }),
    "About 12 seeds (now 4) would prove rank 4 to be within the margin, if it truly is as good as the others.",
  ],
  [
    claim.next("no-design-settles", {}),
    "More runs of this kind would not settle it: only a wider margin, or less noise between runs.",
  ],
  [claim.next("complete-two-ranks", {}), "Complete runs of at least two ranks under the same seeds."],
  [
    claim.next("try-larger", { rank: 64, until: 32 }),
    "Add rank 64 to the sweep, and use rank 32 until then.",
  ],
  [
    claim.next("look-larger", { rank: 64, largest: 32 }),
    "Add rank 64 to the sweep: means rise up to rank 32, the largest tried.",
  ],
  [claim.next("resume", { done: 3, total: 4 }), "Go on with the sweep: 1 of 4 trials has no result yet."],
  [
    claim.next("leave-out", { ranks: [32, 64], others: [4] }),
    "Or leave ranks 32 and 64 out, and go on with the other ranks.",
  ],
  [claim.next("resume", { done: 4, total: 4 }), "Go on with the sweep: its results are still to be written."],
  [
    claim.next("needed", { ...design, onlySeeds: 12, leastSeeds: 7, to: "settle", secondsPerSeed: 600 }),
    "About 7 to 12 seeds (now 4) would settle it, if the ranks that are left are truly equal. That takes about 80 minutes.",
  ],
  [
    claim.next("lower-rate", { now: 0.01 }),
    "Lower the learning rate (now 0.01), or have one searched (lorank sweep with --learning-rate auto).",
  ],
  [
    claim.next("search-rate", { holdUpdate: false }),
    "Search a learning rate that suits all ranks (lorank sweep with --learning-rate auto), then compare them again.",
  ],
  [
    claim.next("search-rate", { holdUpdate: true }),
    "Search a learning rate that suits all ranks (lorank sweep with --learning-rate auto --scaling lora), with a fixed alpha so that the update does not grow with the rank, then compare them again.",
  ],
  [claim.next("train-longer", { epochs: 6, maySpeedDiffer: false }), "Train longer (6 epochs)."],
  [
    claim.next("train-longer", { epochs: 6, maySpeedDiffer: true }),
    "Train longer (6 epochs): a part of what the ranks differ by may be how fast they learn.",
  ],
  [
    claim.next("check-labels", { thenSearch: true }),
    "Check that the labels belong to their texts, then have the learning rate and the epochs searched (lorank sweep with --learning-rate auto --epochs auto).",
  ],
  [
    claim.next("check-labels", { thenSearch: false }),
    "Check that the labels belong to their texts, and train on more examples.",
  ],
  [claim.method("race-course", course), "The race is not over: it has looked at 5 of 10 planned seeds."],
  [
    claim.method("race-course", { ...course, stopped: "settled" }),
    "The race stopped after 5 of 10 planned seeds: the verdict was settled. That took 25 of the grid's 30 runs.",
  ],
  [
    claim.method("race-course", { ...course, stopped: "settled", seeds: 10 }),
    "The verdict was settled by the last of the race's 10 planned seeds. That took 25 of the grid's 30 runs.",
  ],
  [
    claim.method("race-course", { ...course, stopped: "spent" }),
    "The race ran all of its 10 planned seeds. That took 25 of the grid's 30 runs.",
  ],
  [
    claim.method("race-course", { ...course, stopped: "futile", promise: 0.034 }),
    "The race stopped after 5 of 10 planned seeds: the rest would have led to a recommendation with a chance of about 3%. That took 25 of the grid's 30 runs.",
  ],
  [
    claim.method("race-course", { ...course, stopped: "futile", promise: 0.034, isRecommended: true }),
    "The race stopped after 5 of 10 planned seeds: the rest would have brought the loss within the margin with a chance of about 3%. That took 25 of the grid's 30 runs.",
  ],
  [
    claim.method("dropped", {
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
    claim.method("dropped", {
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
    claim.method("dropped", {
      rank: 1,
      seeds: 3,
      metric: accuracy,
      cause: "failed",
      reason: "its runs failed",
    }),
    "Rank 1 was dropped after 3 seeds: its runs failed.",
  ],
  [
    claim.method("probe-course", { fromRank: 32, seeds: 3, runs: 12, gridRuns: 40 }),
    "The probe took 12 of the grid's 40 runs. Rank 32 was trained, and its adapters of 3 seeds were cut to every smaller rank.",
  ],
  [
    claim.method("probe-course", { fromRank: 32, seeds: 0, runs: 12, gridRuns: 40 }),
    "The probe took 12 of the grid's 40 runs. No run of rank 32 could be cut to the smaller ranks, so nothing was predicted.",
  ],
  [
    claim.method("confirmed", {
      metric: accuracy,
      fromRank: 32,
      prediction,
      confirmation: { ...confirmation, outcome: "held" },
      isBelowCandidate: false,
    }),
    "That predicted rank 8 0.4 ± 1.0 points below rank 32; real runs came out 0.2 ± 0.5 points below it.",
  ],
  [
    claim.method("confirmed", {
      metric: accuracy,
      fromRank: 32,
      prediction,
      confirmation: { ...confirmation, outcome: "missed" },
      isBelowCandidate: true,
    }),
    "That predicted rank 8 0.4 ± 1.0 points below rank 32; real runs came out 0.2 ± 0.5 points below it, outside of the prediction. It was trained all the same: cutting underrates small ranks, and its pilot runs kept up.",
  ],
  [
    claim.method("pilot", {
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
    claim.method("pilot", { rank: 4, seeds: 3, taken: false, metric: accuracy, fromRank: 32 }),
    "Rank 4 was tried under 3 seeds as a pilot, since cutting underrates small ranks: its runs failed.",
  ],
  [
    claim.method("not-trained", { ranks: [2, 16], metric: accuracy, below: [{ rank: 2, shortfall: 0.021 }] }),
    "Ranks 2 and 16 were predicted and not trained; cut to rank 2 the adapters fell 2.1 points behind.",
  ],
  [
    claim.basis("basis", {
      seeds: 5,
      mostRuns: 5,
      isApart: false,
      examples: 4000,
      confidence: 0.95,
      holdsFor: "pairs",
    }),
    "This rests on paired runs with 5 seeds and 4,000 examples; 95% intervals are in brackets for one rank, as ± for all pairs of ranks at once.",
  ],
  [
    claim.basis("basis", {
      seeds: 3,
      mostRuns: 3,
      isApart: false,
      examples: 800,
      confidence: 0.95,
      holdsFor: "ranks",
    }),
    "This rests on paired runs with 3 seeds and 800 examples; 95% intervals are in brackets for one rank, as ± over the examples for all ranks at once.",
  ],
  [
    claim.basis("basis", {
      seeds: 1,
      mostRuns: 1,
      isApart: false,
      examples: 800,
      confidence: 0.95,
      holdsFor: "none",
    }),
    "This rests on 1 seed and 800 examples.",
  ],
];

test.each(sentences.map(([one, sentence]) => [one.kind, sentence, one] as const))(
  "%s: %s",
  (_, sentence, one) => {
    expect(inWords(one)).toBe(sentence);
  },
);
