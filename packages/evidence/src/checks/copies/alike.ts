import { priorOfAgreement } from "../../decide/class-prior-loss.ts";
import type { OutcomeCell, OutcomeTable } from "../../decide/outcomes.ts";
import { mean } from "../../statistics/averages.ts";
import { disputesBeside, disputesIn, surpriseOf } from "./likeness.ts";
import {
  areDisjoint,
  differing,
  fewer,
  groupsBy,
  type RunGroup,
  referenceOf,
  rightOf,
  someOf,
  within,
  withSomeExamples,
} from "./run-groups.ts";

/** Runs with far fewer disagreements than separate trainings. */
export interface AlikeRuns {
  readonly setting: "seed" | "rank" | "rank-and-seed";
  readonly groups: readonly RunGroup[];
  readonly isSure: boolean;
}

type Prior = OutcomeTable["prior"];

/** Disagreements below which runs are alike, as shares of {@link referenceOf}: in general, and if like noise. */
const fewShare = 0.45;
const noiseShare = 0.8;

/** Least disagreement between separate trainings, relative to the reference; the study has 0.95. */
const honestShare = 0.7;

/** Surprise needed to call runs alike: a false finding has probability e^-6. */
const enoughToDoubt = 6;

/** Surprise needed to call runs copies, at the fewest plausible disagreements. */
const enoughToAccuse = 10;

/** Cap on comparisons counted towards copies: the task limits the disagreements. */
const mostComparisons = 10;

/**
 * Fewest disagreements between two runs, relative to the rarer answers (right or wrong) and to the reference. Runs with
 * equal recipes disagree on about as many examples as they get wrong (Jiang et al., 2021, arXiv 2106.13799).
 */
const leastOfWrong = 1 / 15;
const leastOfReference = 1 / 4;

/**
 * Rank difference threshold, as a share of the rarer answers (right or wrong). Neighbouring ranks above it show that
 * training changed the base, so identical seeds are suspect.
 */
const leastDifference = 1 / 8;

/** Surprise needed to call all runs alike: by disputed examples, and at the fewest plausible disagreements. */
const enoughOfAll = 4;
const enoughOfWrong = 3;

/** Fewest examples, unless none, on which a single run differs from the majority: runs that hardly learn have fewer. */
const enoughSingle = 5;

/** Fewest runs whose disputed examples tell noise from training. */
const enoughRuns = 8;

/** Least share of a rank's disputes that other ranks join; the study has 0.58 and more. */
const leastHard = 0.6;

/** Least ratio of examples disputed by several runs to examples disputed by one; the study has 0.42 and more. */
const leastRepeated = 0.4;

/** Finds runs alike in right and wrong answers, relative to {@link referenceOf}, so that wrong labels do not count. */
export function alikeRuns(all: readonly OutcomeCell[], prior: Prior): AlikeRuns | undefined {
  const runs = all.map(withSomeExamples);
  const bySetting = { seed: groupsBy(runs, "rank"), rank: groupsBy(runs, "seed") } as const;
  if (!mayAgree(runs, prior) && areAllAlike(runs)) {
    const found = (runs.length - 1) * within(runs);
    const isSureOf = isSure([{ group: runs, found, reference: 0 }], prior);
    return { setting: "rank-and-seed", groups: [runs], isSure: isSureOf };
  }
  return alikeWithin("seed", bySetting.seed, prior) ?? alikeWithin("rank", bySetting.rank, prior);
}

interface Judged {
  readonly group: RunGroup;
  readonly found: number;
  readonly reference: number;
}

function alikeWithin(
  setting: "seed" | "rank",
  all: readonly RunGroup[],
  prior: Prior,
): AlikeRuns | undefined {
  const judged = all.flatMap((group, index): Judged[] => {
    if (group.length < 2) return [];
    const comparisons = group.length - 1;
    const found = comparisons * within(group);
    return [{ group, found, reference: comparisons * referenceOf(all, index, setting) }];
  });
  if (judged.length === 0) return undefined;
  const rights = all.map(rightOf);
  const best = all[rights.indexOf(Math.max(...rights))]!;
  const counted =
    setting === "rank" ? judged : judged.filter(({ group }) => !mayBeUntrained(group, best, prior));
  const finding = (found: readonly Judged[]): AlikeRuns => ({
    setting,
    groups: found.map(({ group }) => group),
    isSure: isSure(found, prior),
  });
  if (areFew(counted) || isNoise(judged)) return finding(judged);
  if (setting === "rank") return undefined;
  const isEqual = judged.length === all.length && judged.every(({ found }) => found === 0);
  if (isEqual && doDiffer(all)) return finding(judged);
  const lone = counted.filter(
    (one) => one.group.length > 2 && (areFew([one], all.length) || isNoiseBeside(one, all)),
  );
  return lone.length > 0 ? finding(lone) : undefined;
}

/** Tells whether neighbouring ranks differ by more than a hardly changed base would. */
function doDiffer(ranks: readonly RunGroup[]): boolean {
  return ranks.slice(1).some(([run], index) => {
    return differing(run!, ranks[index]![0]!) > leastDifference * fewer(run!.correct);
  });
}

/** Tells whether groups disagree far less than separate trainings; `trials`: count of tested groups. */
function areFew(judged: readonly Judged[], trials = 1): boolean {
  const found = sum(judged.map((one) => one.found));
  const reference = sum(judged.map((one) => one.reference));
  const isSurprising = surpriseOf(found, honestShare * reference) >= enoughToDoubt + Math.log(trials);
  return found <= fewShare * reference && isSurprising;
}

/** Tells whether groups disagree less than separate trainings, on examples no harder than others. */
function isNoise(judged: readonly Judged[]): boolean {
  const found = sum(judged.map((one) => one.found));
  const groups = judged.map(({ group }) => group);
  return found <= noiseShare * sum(judged.map((one) => one.reference)) && isNoiseIn(groups);
}

function isNoiseIn(groups: readonly RunGroup[], enough = enoughToDoubt): boolean {
  if (sum(groups.map(({ length }) => length)) < enoughRuns) return false;
  const { single, repeated } = disputesIn(groups);
  return surpriseOf(repeated, leastRepeated * single) >= enough;
}

/** Tells whether a group disagrees less than separate trainings, on examples on which other runs agree. */
function isNoiseBeside({ group, found, reference }: Judged, all: readonly RunGroup[]): boolean {
  if (found > noiseShare * reference) return false;
  const others = all.filter((one) => one !== group).flat();
  const { hard, easy } = disputesBeside(group, others);
  return surpriseOf(hard, leastHard * (hard + easy)) >= enoughToDoubt + Math.log(all.length);
}

function knowsClasses(prior: Prior): prior is NonNullable<Prior> {
  return prior !== undefined && prior.source !== "agreement";
}

/** Tells whether constant answers may explain that all runs agree: then the class prior decides. */
function mayAgree(runs: RunGroup, prior: Prior): boolean {
  return knowsClasses(prior)
    ? mean(runs[0]!.correct) <= mean(prior.correct)
    : priorOfAgreement(runs) !== undefined;
}

/** Tells whether all runs disagree little for their wrong answers, as noise does or never twice on an example. */
function areAllAlike(runs: readonly OutcomeCell[]): boolean {
  if (runs.length < 4) return false;
  const found = within(runs);
  const wrong = fewer(runs[0]!.correct);
  if (found <= wrong && isNoiseIn([runs], enoughOfAll)) return true;
  const { single, repeated } = disputesIn([runs]);
  const comparisons = Math.min(mostComparisons, runs.length - 1);
  return (
    repeated === 0 &&
    (single === 0 || single >= enoughSingle) &&
    surpriseOf(comparisons * found, comparisons * leastOfWrong * wrong) >= enoughOfWrong
  );
}

/** Standard errors and ratio in wrong answers by which the best rank beats an untrained model. */
const farBetter = 4;
const timesWrong = 1.6;

/** Tells whether a rank's seeds may rightly be alike: constant answers, or far worse than the best rank's. */
function mayBeUntrained(group: RunGroup, best: RunGroup, prior: Prior): boolean {
  const [run] = group;
  const right = mean(run!.correct);
  if (knowsClasses(prior) && right <= mean(prior.correct)) return true;
  const apart = mean(someOf(best).map((other) => differing(run!, other)));
  const isFar = (rightOf(best) - right) * run!.correct.length >= farBetter * Math.sqrt(Math.max(1, apart));
  return isFar && 1 - right >= timesWrong * (1 - rightOf(best));
}

/**
 * True if no honest training explains alike groups: see {@link leastOfWrong}. Groups no better than the most frequent
 * class do not count. If classes are unknown, neither do the most informative group, nor groups right on the same or on
 * disjoint examples.
 */
function isSure(judged: readonly Judged[], prior: Prior): boolean {
  const [largest] = judged.map(({ group }) => group[0]!).sort((a, b) => fewer(b.correct) - fewer(a.correct));
  const isConstant = (run: OutcomeCell): boolean =>
    knowsClasses(prior)
      ? mean(run.correct) <= mean(prior.correct)
      : differing(run, largest!) === 0 || areDisjoint(run.correct, largest!.correct);
  const counted = judged.filter(({ group }) => !isConstant(group[0]!));
  const comparisons = sum(counted.map(({ group }) => group.length - 1));
  const share = Math.min(1, mostComparisons / Math.max(1, comparisons));
  const least = counted.map(({ group, reference }) => {
    const wrong = (group.length - 1) * fewer(group[0]!.correct);
    return Math.max(leastOfWrong * wrong, leastOfReference * Math.min(wrong, reference));
  });
  const found = sum(counted.map((one) => one.found));
  return surpriseOf(share * found, share * sum(least)) >= enoughToAccuse;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
