import type { LossPoint, RankRow, TrialResult } from "@lorank/evidence/results";
import { mean, quantile } from "../svg/chart-parts.tsx";
import { evenly } from "./selected.ts";

/** Curve point: `[step, loss in nats]`. */
export type CurvePoint = readonly [step: number, loss: number];

export interface RankCurves {
  readonly rank: number;
  readonly isRecommended: boolean;
  /** Mean loss curve over the completed seeds, smoothed. */
  readonly mean: readonly CurvePoint[];
  readonly seeds: readonly SeedCurve[];
  /**
   * Diverged run count at this rank, drawn or not. Divergence: a non-finite loss, gradient or trained weight, or a
   * validation loss beyond `mostLogLoss`.
   */
  readonly diverged: number;
}

interface SeedCurve {
  readonly seed: number;
  readonly points: readonly CurvePoint[];
  readonly divergedAtStep?: number;
}

export interface LossCurves {
  readonly ranks: readonly RankCurves[];
  readonly steps: number;
  readonly ceiling: number;
  /** Moving average width, centred, in logged steps; 1 without smoothing. */
  readonly window: number;
  /** Number of logged steps averaged into each point of a seed's curve. */
  readonly bucket: number;
  readonly mostRuns?: number;
}

/** Most points per curve: 300 pixels show no more. */
const MAX_POINTS = 90;

/** Most single-run curves over all ranks. */
const MAX_CURVES = 200;

/**
 * Prepares all ranks' loss curves: seeds averaged by buckets, means over all seeds smoothed. Each rank draws a part of
 * {@link MAX_CURVES}.
 */
export function lossCurves(rows: readonly RankRow[]): LossCurves {
  const trials = rows.flatMap((row) => [...row.completed, ...row.failed]);
  const longest = Math.max(0, ...trials.map((trial) => trial.lossCurve.length));
  const bucket = Math.max(1, Math.ceil(longest / MAX_POINTS));
  const window = smoothingWindow(longest);
  const most = Math.max(2, Math.floor(MAX_CURVES / rows.length));
  const ranks = rows.map((row) => ({
    rank: row.rank,
    isRecommended: row.isRecommended,
    mean: bucketMeans(movingAverage(meanCurve(row.completed), window), bucket),
    seeds: drawnRuns(row, most).map((trial) => ({
      seed: trial.spec.seed,
      points: bucketMeans(finitePoints(trial.lossCurve), bucket),
      ...(trial.divergedAtStep === undefined ? {} : { divergedAtStep: trial.divergedAtStep }),
    })),
    diverged: row.failed.filter(({ divergedAtStep }) => divergedAtStep !== undefined).length,
  }));
  return {
    ranks,
    ceiling: lossCeiling(ranks),
    steps: Math.max(0, ...trials.map((trial) => trial.lossCurve.at(-1)?.step ?? 0)),
    window,
    bucket,
    ...(ranks.some(({ seeds }, i) => seeds.length < runsOf(rows[i]!)) ? { mostRuns: most } : {}),
  };
}

function runsOf({ completed, failed }: RankRow): number {
  return completed.length + failed.length;
}

/**
 * Runs to draw, at most `most`: failed runs for at most half; the others evenly from the lowest to the highest last
 * loss.
 */
function drawnRuns(row: RankRow, most: number): readonly TrialResult[] {
  if (runsOf(row) <= most) return [...row.completed, ...row.failed];
  const failed = evenly(row.failed, Math.max(Math.floor(most / 2), most - row.completed.length));
  const lastLoss = ({ lossCurve }: TrialResult): number => lossCurve.at(-1)?.loss ?? 0;
  const byLoss = [...row.completed].sort((a, b) => lastLoss(a) - lastLoss(b));
  const drawn = new Set(evenly(byLoss, most - failed.length));
  return [...row.completed.filter((trial) => drawn.has(trial)), ...failed];
}

/** Upper end of the loss axis, above all means and 98 % of the points: a spike must not flatten every curve. */
function lossCeiling(ranks: readonly RankCurves[]): number {
  const means = ranks.flatMap((rank) => rank.mean.map(([, loss]) => loss));
  const points = ranks.flatMap((rank) =>
    rank.seeds
      .filter((seed) => seed.divergedAtStep === undefined)
      .flatMap((seed) => seed.points.map(([, loss]) => loss)),
  );
  let top = quantile(points, 0.98);
  for (const loss of means) top = Math.max(top, loss);
  return top > 0 ? top * 1.05 : 1;
}

/** Odd smoothing width, about a tenth of the run: single-step losses on small batches are mostly noise. */
export function smoothingWindow(points: number): number {
  return points < 10 ? 1 : 2 * Math.floor(points / 20) + 1;
}

/** Mean over steps common to all trials: no jump where a shorter run ends. */
export function meanCurve(trials: readonly TrialResult[]): CurvePoint[] {
  const bySteps = new Map<number, number[]>();
  for (const trial of trials) {
    for (const [step, loss] of finitePoints(trial.lossCurve)) {
      const losses = bySteps.get(step);
      if (losses) losses.push(loss);
      else bySteps.set(step, [loss]);
    }
  }
  return [...bySteps]
    .filter(([, losses]) => losses.length === trials.length)
    .sort(([a], [b]) => a - b)
    .map(([step, losses]) => [step, mean(losses)]);
}

/**
 * Centred moving average. Near the start, where losses fall fast, the window shrinks on both sides. Near the end it is
 * cut off, or the last point would be a single noisy step.
 */
export function movingAverage(points: readonly CurvePoint[], window: number): CurvePoint[] {
  const reach = Math.floor(window / 2);
  return points.map(([step], index) => {
    const side = Math.min(reach, index);
    return [step, mean(points.slice(index - side, index + side + 1).map(([, loss]) => loss))];
  });
}

/** Replaces each `size` points by their mean step and loss. */
export function bucketMeans(points: readonly CurvePoint[], size: number): CurvePoint[] {
  if (size <= 1) return [...points];
  const means: CurvePoint[] = [];
  for (let start = 0; start < points.length; start += size) {
    const part = points.slice(start, start + size);
    means.push([mean(part.map(([step]) => step)), mean(part.map(([, loss]) => loss))]);
  }
  return means;
}

function finitePoints(curve: readonly LossPoint[]): CurvePoint[] {
  return curve.filter((point) => Number.isFinite(point.loss)).map((point) => [point.step, point.loss]);
}
