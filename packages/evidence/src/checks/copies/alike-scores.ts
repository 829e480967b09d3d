import { fewestRuns, isGrid, type ScoreDesign, type ScoredRun } from "../../decide/score-design.ts";
import type { Metric } from "../../schema/metric.ts";
import type { CheckMembers } from "../../schema/types.ts";
import { mean } from "../../statistics/averages.ts";

type Setting = "seed" | "rank" | "rank-and-seed";

const fewestEqual = 3;

const fewestOfOne = 3;

/** Probability of a false alarm from too small a spread. */
const smallChance = 0.01;

/** Probability of a false alarm from equal scores at some rank. */
const tieChance = 0.03;

/** Assumed count of examples behind a share, for ties: fewer make ties more probable. */
const fewExamples = 500;

const chanceOfEqual = 0.05;

const copyShare = 1e-4;

/** Assumed count of examples behind a share, for noise: with more, scores spread less. */
const manyExamples = 100_000;

/** Least standard deviation between separate trainings, relative to the largest score, for scores other than shares. */
const leastSpread = 1e-4;

/**
 * Finds scores alike wherever a setting differs: equal, or with a spread far below that of separate trainings. Groups:
 * all runs, each rank's seeds, a single rank's, or each seed's ranks. Perfect scores are no evidence.
 *
 * Least variance of a share over n examples: `w / (30 n)`, w the rarer of right and wrong. Two runs then disagree on a
 * fifteenth of the wrong examples.
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

/** Tie probability for a rank's seeds. Two runs that disagree on d examples tie with probability `1 / √(2π d)`. */
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
 * Tells whether scores vary less within groups than by chance. For x times the least variance and k degrees of freedom,
 * the probability is (x e^(1 - x))^(k/2) at most (Chernoff). All-equal scores do not count: few examples often tie.
 */
function areNear(groups: readonly (readonly ScoredRun[])[], least: number, chance = smallChance): boolean {
  const { variance, df } = pooled(groups);
  const ratio = variance / least;
  return !groups.every(isSame) && ratio < 1 && (df / 2) * (Math.log(ratio) + 1 - ratio) <= Math.log(chance);
}

/** Pooled variance within groups. */
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

/** Least variance between separate trainings. */
function leastVariance(runs: readonly ScoredRun[], { isBinary }: Metric, examples = manyExamples): number {
  const scores = runs.map(({ score }) => score);
  if (!isBinary) return (leastSpread * Math.max(...scores.map(Math.abs))) ** 2;
  const right = mean(scores);
  return Math.min(right, 1 - right) / (30 * examples);
}
