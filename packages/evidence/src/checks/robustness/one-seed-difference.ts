import { compareRanks } from "../../decide/compare.ts";
import { squaredWidth } from "../../decide/interval/calibration.ts";
import { sampleOf } from "../../decide/interval/example-sample.ts";
import { unseenRate, unseenSquare } from "../../decide/interval/half-width.ts";
import { type EvaluatedTrial, outcomesFromTrials } from "../../decide/outcomes-from-trials.ts";
import { pairedDesign } from "../../decide/paired-design.ts";
import type { Decision, Interval, PairSummary, Results } from "../../schema/types.ts";
import { quantileOfUpperTail } from "../../statistics/student-t.ts";

/** Members of a decision with which runs under other settings are compared. */
export type ProbedDecision = Pick<Decision, "confidence" | "metric" | "pairs" | "ranks" | "seeds"> &
  Pick<Results["data"], "validationGroups">;

/** The difference of two ranks under one seed, in the metric's unit; positive when the largest rank is better. */
export interface OneSeedDifference {
  readonly advantage: number;
  readonly interval: Interval;
  /** Half-width for the examples alone, without the noise between seeds. */
  readonly examplesWidth: number;
  /** The interval covers the noise between seeds. */
  readonly coversSeeds: boolean;
}

/**
 * Computes the difference of two ranks under one new seed. Its variance is that of the sweep's mean over S seeds
 * without the factor 1/S. The seeds' part is known with S - 1 degrees of freedom, so `squaredWidth` applies. The noise
 * of the examples is measured here, its residual share taken from the sweep. The interval leaves out `tail` on each
 * side.
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
  const sample = sampleOf(design.cells[0]![0]!);
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
  // The first of the pair is the smaller rank. 0 - x, because -0 would be printed.
  const advantage = 0 - fit.mean;
  return {
    advantage,
    interval: [advantage - width, advantage + width],
    examplesWidth: Math.sqrt(exampleFactor ** 2 * noise + unseen),
    coversSeeds: seed !== undefined,
  };
}

/** Tells whether a pair is of these two ranks, the smaller first. */
export function isOf(first: number, second: number): (pair: PairSummary) => boolean {
  return (pair) => pair.first === first && pair.second === second;
}
