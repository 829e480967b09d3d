import type { CheckedScoreMembers } from "../schema/check-types.ts";
import type { Exclusion, FailureCause } from "../schema/decision-facts.ts";
import { mean, variance } from "../statistics/averages.ts";
import { noiseOfPairs, type PairRunNoise, type SharedSeeds } from "./interval/run-noise.ts";
import { ascending, type SecondaryOfRun } from "./outcomes.ts";

export interface ScoredRun extends CheckedScoreMembers {
  readonly rank: number;
  /** Random seed, if known; ranks are compared under equal seeds. */
  readonly seed?: number;
  /** Score in the metric's unit: accuracy as a share, log loss in nats. */
  readonly score: number;
  /** Start time, as a number that grows with time. */
  readonly startedAt?: number;
  /** Name of the initial weights, if not the base's. */
  readonly startedFrom?: string;
  /** Learning rate; a rank with several is compared at the best. */
  readonly rate?: number;
  /** Values in secondary outcomes, each a single number for the run. */
  readonly secondary?: readonly SecondaryOfRun[];
}

export interface ScoreDesign {
  readonly ranks: readonly number[];
  /** Scored runs, `[ranks][runs]`, sorted by seed and score. */
  readonly cells: readonly (readonly ScoredRun[])[];
  readonly excluded: readonly Exclusion<FailureCause>[];
}

/** Groups scored runs by rank. A rank with a single run shows no spread, and is left out if two others have more. */
export function scoreDesign(runs: readonly ScoredRun[]): ScoreDesign {
  const all = ascending(runs.map(({ rank }) => rank));
  const ofRank = (rank: number): ScoredRun[] => runs.filter((run) => run.rank === rank).sort(bySeedAndScore);
  const repeated = all.filter((rank) => ofRank(rank).length > 1);
  const ranks = repeated.length > 1 ? repeated : all;
  return {
    ranks,
    cells: ranks.map(ofRank),
    excluded: all
      .filter((rank) => !ranks.includes(rank))
      .map((rank) => ({ rank, cause: { kind: "one-run" } })),
  };
}

function bySeedAndScore(a: ScoredRun, b: ScoredRun): number {
  return (a.seed ?? Infinity) - (b.seed ?? Infinity) || a.score - b.score;
}

export function fewestRuns({ cells }: Pick<ScoreDesign, "cells">): number {
  return cells.length === 0 ? 0 : Math.min(...cells.map(({ length }) => length));
}

/** Tells whether all ranks have runs under the same known seeds. */
export function isGrid({ cells }: Pick<ScoreDesign, "cells">): boolean {
  const [first = []] = cells;
  return cells.every(
    (row) =>
      row.length === first.length &&
      row.every(({ seed }, index) => seed !== undefined && seed === first[index]!.seed),
  );
}

/** A rank's scores by seed; of several runs under one seed, the lowest score. */
type ScoresBySeed = ReadonlyMap<number, number>;

export function scoresBySeed(runs: readonly ScoredRun[]): ScoresBySeed {
  const scores = new Map<number, number>();
  for (const { seed, score } of runs) if (seed !== undefined && !scores.has(seed)) scores.set(seed, score);
  return scores;
}

/** Count of seeds that two ranks share, and the correlation between their scores; 0 if a rank does not vary. */
export function sharedSeeds(first: readonly ScoredRun[], second: ScoresBySeed): SharedSeeds {
  const pairs = first.flatMap(({ seed, score }) => {
    const other = seed === undefined ? undefined : second.get(seed);
    return other === undefined ? [] : [[score, other] as const];
  });
  const [a, b] = [0, 1].map((side) => {
    const scores = pairs.map((pair) => pair[side as 0 | 1]);
    const centre = mean(scores);
    return scores.map((score) => score - centre);
  }) as [number[], number[]];
  const product = (x: number[], y: number[]): number => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  const scale = Math.sqrt(product(a, a) * product(b, b));
  return { count: pairs.length, correlation: scale > 0 ? product(a, b) / scale : 0 };
}

export function pairNoises(
  { cells }: Pick<ScoreDesign, "cells">,
  options?: Parameters<typeof noiseOfPairs>[2],
): PairRunNoise[] {
  const bySeed = cells.map(scoresBySeed);
  return noiseOfPairs(
    cells.map((runs) => ({ runs: runs.length, variance: variance(runs.map(({ score }) => score)) })),
    (i, j) => sharedSeeds(cells[i]!, bySeed[j]!),
    options,
  );
}
