import { InputError } from "@lorank/core";
import { advantages } from "../../decide/compare.ts";
import { seedFactor } from "../../decide/interval/calibration.ts";
import { fitCrossed } from "../../decide/interval/components.ts";
import { sampleOf } from "../../decide/interval/example-sample.ts";
import { halfWidth, tailFactors } from "../../decide/interval/half-width.ts";
import { ascending, metricsOf, type OutcomeCell } from "../../decide/outcomes.ts";
import { metricOf } from "../../schema/metric.ts";
import { largestIn, metricValues, type Scores, scoreMember } from "../../schema/scores.ts";
import type { MetricName, RankPrediction } from "../../schema/types.ts";
import { mean } from "../../statistics/averages.ts";
import { quantileOfUpperTail } from "../../statistics/student-t.ts";

export interface ProbePlan {
  /** Largest rank, whose adapters are cut. */
  readonly fromRank: number;
  readonly smaller: readonly number[];
  readonly probeSeeds: readonly number[];
  /** Seeds under which a rank is compared with `fromRank`, beginning with the probe's. */
  readonly confirmationSeeds: readonly number[];
}

/** Count of seeds whose adapters are cut: enough to show how runs vary. */
const probeSeeds = 3;
/** Largest width of a confirmation's bound, relative to a whole grid's certificate against every rank. */
const slack = 1.2;

/**
 * Plans a probe. Confirmations are about a single pair, so they get by with the grid's t / √seeds.
 *
 * @throws InputError `E_PROBE` with fewer than two ranks, or with rank 0, to which nothing can be cut.
 */
export function planProbe(ranks: readonly number[], seeds: readonly number[], confidence: number): ProbePlan {
  const sorted = ranks.toSorted((a, b) => a - b);
  if (sorted.length < 2 || sorted[0]! < 1) {
    const rule = "two or more ranks of at least 1 for a probe, which cuts the largest to the others";
    throw new InputError("E_PROBE", `ranks must be ${rule}, got [${ranks.join(", ")}]`);
  }
  const ordered = seeds.toSorted((a, b) => a - b);
  const count = confirmationCount(sorted.length, ordered.length, confidence);
  return {
    fromRank: sorted.at(-1)!,
    smaller: sorted.slice(0, -1),
    probeSeeds: ordered.slice(0, Math.min(probeSeeds, count)),
    confirmationSeeds: ordered.slice(0, count),
  };
}

function confirmationCount(ranks: number, seeds: number, confidence: number): number {
  const width = (tail: number, count: number) => quantileOfUpperTail(tail, count - 1) / Math.sqrt(count);
  const error = 1 - confidence;
  const grid = seeds > 1 ? width(error / (ranks - 1), seeds) : 0;
  for (let count = 2; count < seeds; count++)
    if (width(error * errorShare(1), count) <= slack * grid) return count;
  return seeds;
}

/**
 * Share of the allowed error for confirmation `turn`, from 1. The remainder pays for choosing the rank on the examples
 * that judge it: packages/evidence/bench/verdict-study.md.
 */
export function errorShare(turn: number): number {
  return 0.7 * 0.3 ** (turn - 1);
}

export interface ProbedRuns {
  readonly whole: readonly OutcomeCell[];
  /** Outcomes of the adapter trained under `seed`, cut to `rank`. */
  readonly truncated: readonly OutcomeCell[];
}

export interface PredictOptions {
  readonly metric: MetricName;
  readonly confidence: number;
  /** Count of seeds under which real runs will be compared. */
  readonly confirmationSeeds: number;
}

/**
 * Predicts ranks from truncations of the largest rank's runs: ascending, the largest last. Seeds without all
 * truncations are left out; empty when none remains.
 *
 * The interval is for the mean advantage in real paired runs. Truncations share all luck with their runs. Luck in two
 * separate sets is added: 2 σ²_run / S, which pairing can only reduce. Gains from training at the smaller rank are not
 * covered (packages/evidence/bench/probe.md), so a prediction is no verdict.
 */
export function predictCurve(
  { whole, truncated }: ProbedRuns,
  { metric, confidence, confirmationSeeds }: PredictOptions,
): RankPrediction[] {
  const ranks = ascending(truncated.map(({ rank }) => rank));
  const cellOf = (rank: number, seed: number) =>
    truncated.find((cell) => cell.rank === rank && cell.seed === seed);
  const runs = whole.filter(({ seed }) => ranks.every((rank) => cellOf(rank, seed)));
  if (runs.length === 0 || ranks.length === 0) return [];
  const tail = (1 - confidence) / 2;
  const by = metricOf(metric);
  const sample = sampleOf(runs[0]!, by);
  const factors = tailFactors(sample, tail);
  const full = runs.map((cell) => metricValues(cell, metric));
  const own = fitCrossed(full, sample);
  const luck =
    seedFactor(runs.length - 1, tail) ** 2 * ((2 * (own.components.seed ?? 0)) / confirmationSeeds);
  const predictions = ranks.map((rank): RankPrediction => {
    const cells = runs.map(({ seed }) => cellOf(rank, seed)!);
    const cut = cells.map((cell) => metricValues(cell, metric));
    const fit = fitCrossed(advantages(cut, full, metric), sample);
    const width = Math.sqrt(halfWidth(fit, factors, largestIn(runs[0]!, by)) ** 2 + luck);
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
