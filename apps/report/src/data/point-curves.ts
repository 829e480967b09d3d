import type { PointsFinding, RankRow, TrialResult } from "@lorank/evidence/results";
import { type ShownMetric, scoreOf } from "../metric.ts";
import { mean, paddedExtent } from "../svg/chart-parts.tsx";

/** Evaluation on the way as drawn: `[step, score]`. */
export type ScoreAtStep = readonly [step: number, score: number];

interface RunPoints {
  readonly seed: number;
  readonly points: readonly ScoreAtStep[];
}

export interface RankPointCurves {
  readonly rank: number;
  readonly isRecommended: boolean;
  /** Mean over the seeds at each step that they share. */
  readonly mean: readonly ScoreAtStep[];
  readonly runs: readonly RunPoints[];
}

export interface PointCurves {
  readonly ranks: readonly RankPointCurves[];
  /** Last step of the longest run. */
  readonly steps: number;
  /** Ends of the score's axis. */
  readonly range: readonly [number, number];
}

/** Most runs whose own points are drawn, over all ranks. */
const mostRuns = 60;

/**
 * Scores along the training, by rank, with the end of each training as the last point. Ranks without a point on the
 * way are left out.
 * @param found the decision's means, which tell more than the runs if these are not at hand.
 */
export function pointCurves(
  rows: readonly Pick<RankRow, "rank" | "completed" | "isRecommended">[],
  found: PointsFinding | undefined,
  metric: ShownMetric,
): PointCurves {
  const ranks = rows.flatMap((row): RankPointCurves[] => {
    const { rank, isRecommended } = row;
    const runs = row.completed.flatMap((trial) => pointsOfRun(trial, metric) ?? []);
    const own = found?.ranks.find((one) => one.rank === rank)?.curve.map(inPair);
    const mean = own ?? meanPoints(runs);
    return mean.length < 2 ? [] : [{ rank, isRecommended, mean, runs }];
  });
  const isFew = ranks.reduce((sum, { runs }) => sum + runs.length, 0) <= mostRuns;
  const drawn = isFew ? ranks : ranks.map((rank) => ({ ...rank, runs: [] }));
  const all = drawn.flatMap((rank) => [...rank.mean, ...rank.runs.flatMap(({ points }) => points)]);
  const [low, high] = paddedExtent(
    all.map(([, score]) => score),
    0.06,
  );
  const [least, most] = metric.range;
  return {
    ranks: drawn,
    steps: Math.max(0, ...all.map(([step]) => step)),
    range: [Math.max(low, least), Math.min(high, most)],
  };
}

function pointsOfRun(trial: TrialResult, metric: ShownMetric): RunPoints | undefined {
  const { points = [], evaluation, steps, spec } = trial;
  if (points.length === 0) return undefined;
  const end = evaluation === undefined || steps === undefined ? [] : [{ step: steps, evaluation }];
  const scored = [...points, ...end].map((point) => [point.step, scoreOf(point, metric)] as const);
  return { seed: spec.seed, points: scored.filter(([, score]) => Number.isFinite(score)) };
}

function meanPoints(runs: readonly RunPoints[]): ScoreAtStep[] {
  const [first, ...others] = runs;
  return (first?.points ?? []).flatMap(([step, score]): ScoreAtStep[] => {
    const scores = others.map(({ points }) => points.find(([at]) => at === step)?.[1]);
    return scores.every((other) => other !== undefined) ? [[step, mean([score, ...scores])]] : [];
  });
}

const inPair = ({ step, score }: { step: number; score: number }): ScoreAtStep => [step, score];
