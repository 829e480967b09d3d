import type { Decision, Interval, PairSummary } from "../../../results/types.ts";
import { quantileOfUpperTail } from "../../../statistics/student-t.ts";
import { compareRanks } from "../../compare.ts";
import { squaredWidth } from "../../interval/calibration.ts";
import { unseenRate, unseenSquare } from "../../interval/half-width.ts";
import { outcomesFromTrials, type TrialOutcome } from "../../outcomes.ts";
import { pairedDesign } from "../../paired-design.ts";

/** The part of a decision that runs under other settings are compared with. */
export type ProbedDecision = Pick<Decision, "confidence" | "metric" | "pairs" | "ranks" | "seeds">;

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
 * A difference under one new seed. Its variance is that of the sweep's mean over S seeds but for the factor 1/S, and the
 * sweep knows the seeds' part of it with S - 1 degrees of freedom: `squaredWidth` holds for it as it stands. The noise of
 * the examples is measured here; how much of it is residual is taken from the sweep. `tail` is left out on each side.
 */
export function oneSeedDifference(
  smallest: TrialOutcome,
  largest: TrialOutcome,
  { metric, confidence, seeds, pairs = [] }: ProbedDecision,
  tail: number,
): OneSeedDifference {
  const design = pairedDesign(outcomesFromTrials([smallest, largest]));
  const { fit, unit } = compareRanks(design, metric, confidence).pairs[0]!;
  const { examples } = fit;
  const own = pairs.find(isOf(smallest.spec.lora.rank, largest.spec.lora.rank));
  const { example = 0, residual = 0, seed } = own?.variance ?? {};
  const exampleFactor = quantileOfUpperTail(tail, examples - 1);
  const share = example + residual > 0 ? residual / (example + residual) : 0;
  const noise = fit.components.example / examples;
  const square = squaredWidth({
    examplePart: (1 - share) * noise,
    residualPart: share * noise,
    seedDf: seeds - 1,
    exampleFactor,
    tail,
  })((seed ?? 0) + share * noise);
  const unseen = unseenSquare(unit, unseenRate(examples, tail), fit.differing);
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

/** Whether a pair of a decision is of these ranks, the smaller one first. */
export function isOf(first: number, second: number): (pair: PairSummary) => boolean {
  return (pair) => pair.first === first && pair.second === second;
}
