import { compareRanks } from "../../decide/compare.ts";
import { squaredWidth } from "../../decide/interval/calibration.ts";
import { sampleOf } from "../../decide/interval/example-sample.ts";
import { unseenRate, unseenSquare } from "../../decide/interval/half-width.ts";
import { type EvaluatedTrial, outcomesFromTrials } from "../../decide/outcomes-from-trials.ts";
import { pairedDesign } from "../../decide/paired-design.ts";
import { metricOf } from "../../schema/metric.ts";
import type { Decision, Interval, PairSummary, Results } from "../../schema/types.ts";
import { quantileOfUpperTail } from "../../statistics/student-t.ts";

export type ProbedDecision = Pick<Decision, "confidence" | "metric" | "pairs" | "ranks" | "seeds"> &
  Pick<Results["data"], "validationGroups">;

/** Difference between two ranks under a single seed, in the metric's unit; positive if the largest is better. */
export interface OneSeedDifference {
  readonly advantage: number;
  readonly interval: Interval;
  /** Half-width for the examples alone, without noise between seeds. */
  readonly examplesWidth: number;
  /** True if the interval includes noise between seeds. */
  readonly coversSeeds: boolean;
}

/**
 * Difference between two ranks under a single new seed. Variance: the sweep's for a mean over S seeds, without the
 * factor 1/S. The seeds' part has S - 1 degrees of freedom, so `squaredWidth` applies. Example noise is measured here,
 * its residual share is the sweep's. `tail` is per side.
 */
export function oneSeedDifference(
  smallest: EvaluatedTrial,
  largest: EvaluatedTrial,
  { metric, confidence, seeds, pairs = [], validationGroups }: ProbedDecision,
  tail: number,
): OneSeedDifference {
  const design = pairedDesign(outcomesFromTrials([smallest, largest], validationGroups));
  const { fit, unit } = compareRanks(design, metric, confidence).pairs[0]!;
  const { examples } = fit;
  const sample = sampleOf(design.cells[0]![0]!, metricOf(metric));
  const own = pairs.find(isOf(smallest.spec.lora.rank, largest.spec.lora.rank));
  const { example = 0, residual = 0, seed } = own?.variance ?? {};
  const exampleFactor = quantileOfUpperTail(tail, sample.df);
  const share = example + residual > 0 ? residual / (example + residual) : 0;
  const noise = fit.components.example / examples;
  const square = squaredWidth({
    examplePart: (1 - share) * noise,
    residualPart: share * noise,
    seedDf: seeds - 1,
    exampleFactor,
    tail,
  })((seed ?? 0) + share * noise);
  const unseen = unseenSquare(unit, unseenRate(sample.units, tail), fit.differing);
  const width = Math.sqrt(square + unseen);
  // Pairs list the smaller rank first. 0 - x, because -0 would be printed.
  const advantage = 0 - fit.mean;
  return {
    advantage,
    interval: [advantage - width, advantage + width],
    examplesWidth: Math.sqrt(exampleFactor ** 2 * noise + unseen),
    coversSeeds: seed !== undefined,
  };
}

export function isOf(first: number, second: number): (pair: PairSummary) => boolean {
  return (pair) => pair.first === first && pair.second === second;
}
