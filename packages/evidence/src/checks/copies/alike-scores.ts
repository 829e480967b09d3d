import { fewestRuns, isGrid, type ScoreDesign, type ScoredRun } from "../../decide/score-design.ts";
import type { Metric } from "../../schema/metric.ts";
import type { CheckMembers } from "../../schema/types.ts";
import { mean } from "../../statistics/averages.ts";

type Setting = "seed" | "rank" | "rank-and-seed";

/** Fewest equal scores, beside the ones that they equal, that are no chance. */
const fewestEqual = 3;

/** Fewest seeds of one rank whose scores show that they are alike. */
const fewestOfOne = 3;

/** Probability by chance, at most, of a spread that is too small. */
const smallChance = 0.01;

/** Chance, at most, that some rank's scores are equal. */
const tieChance = 0.03;

/** Examples of a share whose number is unknown: fewer make equal scores more probable. */
const fewExamples = 500;

/** Chance that two runs have an equal score that is no share of examples. */
const chanceOfEqual = 0.05;

/** Share of the least variance of runs below which they are copies. */
const copyShare = 1e-4;

/** Examples of a share whose number is unknown: more leave less noise. */
const manyExamples = 100_000;

/** Standard deviation between runs, as a share of the largest score, of a score that is no share. */
const leastSpread = 1e-4;

/**
 * Finds scores that are alike wherever a setting differs: equal to the last digit, or with a spread far below the least of
 * separate trainings. It may be all runs, all seeds of each rank or of one, or all ranks of each seed. A perfect score is
 * no evidence.
 *
 * The least variance is `w / (30 n)` for a share of n examples, w the smaller of the shares of right and wrong. Two runs
 * then disagree on a fifteenth of the wrong examples.
 */
export function alikeScores(
  design: ScoreDesign,
  metric: Metric,
  examples?: number,
): Pick<CheckMembers, "copies" | "agreeingSeeds" | "agreeingRuns"> | undefined {
  const byRank = design.cells.filter((_, index) => design.ranks[index]! > 0);
  const bySeed = isGrid({ cells: byRank })
    ? (byRank[0] ?? []).map((_, s) => byRank.map((row) => row[s]!))
    : [];
  const seeds = fewestRuns(design);
  const least = leastVariance(byRank.flat(), metric, examples);
  const candidates: readonly [Setting, readonly (readonly ScoredRun[])[]][] = [
    ["rank-and-seed", [byRank.flat()]],
    ["seed", byRank],
    ["rank", bySeed],
  ];
  for (const [setting, groups] of candidates) {
    if (groups.length === 0) continue;
    const isEqual = areEqual(groups, metric);
    if (!isEqual && !areNear(groups, least)) continue;
    const isSure = isEqual || pooled(groups).variance <= copyShare * least;
    return membersOf(setting, groups, isSure, seeds);
  }
  const lone = byRank.filter(
    (runs) =>
      runs.length >= fewestOfOne &&
      (isSame(runs)
        ? chanceOfTie(runs, metric, examples) * byRank.length <= tieChance
        : areNear([runs], least, smallChance / byRank.length)),
  );
  return lone.length === 0 ? undefined : membersOf("seed", lone, false, seeds);
}

function membersOf(
  setting: Setting,
  found: readonly (readonly ScoredRun[])[],
  isSure: boolean,
  seeds: number,
): CheckMembers {
  const groups = found
    .filter(({ length }) => length > 1)
    .map((group) => group.map(({ rank, seed }) => ({ rank, ...(seed === undefined ? {} : { seed }) })));
  return isSure
    ? { copies: { setting, shownBy: "score", groups } }
    : { agreeingSeeds: seeds, agreeingRuns: { setting, groups } };
}

function isSame(runs: readonly ScoredRun[]): boolean {
  return runs.every(({ score }) => score === runs[0]!.score);
}

/**
 * Chance that all seeds of a rank have the same score. Numbers of right answers of two runs that disagree on d examples are
 * equal with the probability `1 / √(2π d)`. Here d is half of the wrong or the right ones, whichever are fewer.
 */
function chanceOfTie(runs: readonly ScoredRun[], { isBinary }: Metric, examples = fewExamples): number {
  const { score } = runs[0]!;
  const fewer = Math.min(score, 1 - score) * examples;
  const ofPair = isBinary ? 1 / Math.sqrt(Math.max(1, Math.PI * fewer)) : chanceOfEqual;
  return ofPair ** (runs.length - 1);
}

function areEqual(groups: readonly (readonly ScoredRun[])[], { sign, range }: Metric): boolean {
  const perfect = range[sign > 0 ? 1 : 0];
  const repeats = groups.reduce((sum, group) => sum + group.length - 1, 0);
  return repeats >= fewestEqual && groups.every(isSame) && groups.some(([run]) => run!.score !== perfect);
}

/**
 * Tells whether scores vary less within groups than by chance. Of variances x times the least one, with k degrees of freedom,
 * that is (x e^(1 - x))^(k/2) at most (Chernoff's bound). Scores that are all equal do not count: shares of few examples often are.
 */
function areNear(groups: readonly (readonly ScoredRun[])[], least: number, chance = smallChance): boolean {
  const { variance, df } = pooled(groups);
  const ratio = variance / least;
  return !groups.every(isSame) && ratio < 1 && (df / 2) * (Math.log(ratio) + 1 - ratio) <= Math.log(chance);
}

/** Variance within groups, over all of them. */
function pooled(groups: readonly (readonly ScoredRun[])[]): {
  readonly variance: number;
  readonly df: number;
} {
  const df = groups.reduce((sum, group) => sum + group.length - 1, 0);
  const squares = groups.map((group) => {
    const centre = mean(group.map(({ score }) => score));
    return group.reduce((sum, { score }) => sum + (score - centre) ** 2, 0);
  });
  return { variance: squares.reduce((sum, square) => sum + square, 0) / Math.max(1, df), df };
}

/** Least variance between runs that were trained apart. */
function leastVariance(runs: readonly ScoredRun[], { isBinary }: Metric, examples = manyExamples): number {
  const scores = runs.map(({ score }) => score);
  if (!isBinary) return (leastSpread * Math.max(...scores.map(Math.abs))) ** 2;
  const right = mean(scores);
  return Math.min(right, 1 - right) / (30 * examples);
}
