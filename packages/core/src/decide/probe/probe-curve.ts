import { largestDifference, metrics } from "../../results/metric.ts";
import { metricValues, type Scores, scoreMember } from "../../results/scores.ts";
import type { MetricName, RankPrediction } from "../../results/types.ts";
import { mean } from "../../statistics/mean.ts";
import { advantages } from "../compare.ts";
import { seedFactor } from "../interval/calibration.ts";
import { fitCrossed } from "../interval/components.ts";
import { halfWidth, tailFactors } from "../interval/half-width.ts";
import { metricsOf, type OutcomeCell } from "../outcomes.ts";

/** Runs of the largest rank, and their adapters cut to smaller ranks. */
export interface ProbedRuns {
  /** Runs of the largest rank, one a seed. */
  readonly whole: readonly OutcomeCell[];
  /** Truncations: the adapter of `seed` cut to `rank`. */
  readonly truncated: readonly OutcomeCell[];
}

export interface PredictOptions {
  readonly metric: MetricName;
  readonly confidence: number;
  /** Seeds over which real runs will be compared. */
  readonly confirmationSeeds: number;
}

/**
 * Predicts each rank from truncations of the largest rank's runs: ascending by rank, the largest last. Seeds without
 * all truncations are left out; empty when none remains.
 *
 * The interval is for the mean advantage that real paired runs will show. The crossed interval of truncations shares
 * all luck with their runs. So the luck of two sets of separate runs is added: 2 σ²_run / S, from runs of the largest
 * rank. Pairing can only reduce it. The interval does not cover gains from training at the smaller rank. Below the rank
 * that a task needs it is too low (docs/checked/probe.md), so a prediction is no verdict.
 */
export function predictCurve(
  { whole, truncated }: ProbedRuns,
  { metric, confidence, confirmationSeeds }: PredictOptions,
): RankPrediction[] {
  const ranks = [...new Set(truncated.map(({ rank }) => rank))].sort((a, b) => a - b);
  const cellOf = (rank: number, seed: number) =>
    truncated.find((cell) => cell.rank === rank && cell.seed === seed);
  const runs = whole.filter(({ seed }) => ranks.every((rank) => cellOf(rank, seed)));
  if (runs.length === 0 || ranks.length === 0) return [];
  const tail = (1 - confidence) / 2;
  const factors = tailFactors(runs[0]!.correct.length, tail);
  const full = runs.map((cell) => metricValues(cell, metric));
  const own = fitCrossed(full);
  const luck =
    seedFactor(runs.length - 1, tail) ** 2 * ((2 * (own.components.seed ?? 0)) / confirmationSeeds);
  const predictions = ranks.map((rank): RankPrediction => {
    const cells = runs.map(({ seed }) => cellOf(rank, seed)!);
    const cut = cells.map((cell) => metricValues(cell, metric));
    const fit = fitCrossed(advantages(cut, full, metric));
    const width = Math.sqrt(halfWidth(fit, factors, largestDifference(metrics[metric])) ** 2 + luck);
    return {
      ...qualityOf(rank, cells, metric),
      advantage: fit.mean,
      interval: [fit.mean - width, fit.mean + width],
    };
  });
  return [...predictions, { ...qualityOf(runs[0]!.rank, runs, metric), advantage: 0, interval: [0, 0] }];
}

function qualityOf(
  rank: number,
  cells: readonly OutcomeCell[],
  metric: MetricName,
): Pick<RankPrediction, "rank" | "accuracy" | keyof Scores> {
  const means = metricsOf(cells, metric).map((by) =>
    scoreMember(by, mean(cells.map((cell) => mean(metricValues(cell, by.name))))),
  );
  return Object.assign({ rank }, ...means);
}
