import type { Observations, OptimizerSpec } from "@lorank/evidence/schema";
import { epochLengths } from "../batches/epoch-lengths.ts";

/** Count of all optimiser steps of a training on `examples` examples. No step crosses epochs. */
export function stepsOf(
  { epochs, batchSize }: Pick<OptimizerSpec, "epochs" | "batchSize">,
  examples: number,
): number {
  const stepsIn = (length: number): number => Math.ceil(length / batchSize);
  const ofPart = epochLengths(examples, epochs % 1).reduce((steps, length) => steps + stepsIn(length), 0);
  return Math.floor(epochs) * stepsIn(examples) + ofPart;
}

/**
 * Steps after which a training is evaluated on the way. The last step is none of them: it is evaluated anyway.
 * @param every steps between two, or if below 1 their share of all steps.
 * @param steps count of all steps.
 */
export function pointSteps(every: number, steps: number): number[] {
  const stride = strideOf(every, steps);
  return Array.from({ length: pointCount({ evaluateEvery: every }, steps) }, (_, i) =>
    Math.round((i + 1) * stride),
  );
}

/** Steps that stand for those of a trainer that tells none: a share of them is a share of many. */
const manySteps = 1e6;

/** Number of evaluations on the way of a trial with these settings; 0 without any. @param steps count of all, if known. */
export function pointCount({ evaluateEvery: every }: Observations, steps = manySteps): number {
  if (every === undefined) return 0;
  // Half a step before the last, a point is rounded to it.
  return Math.max(0, Math.ceil((steps - 0.5) / strideOf(every, steps)) - 1);
}

/** Steps between two points before rounding, at least 1: no step has two. */
function strideOf(every: number, steps: number): number {
  return Math.max(1, every < 1 ? every * steps : every);
}

/** Settings that say how often a training is evaluated. */
export type EvaluatedTraining = Pick<OptimizerSpec, "epochs" | "batchSize"> & Observations;

/** Count of all evaluations of a training on `examples` examples, with the one at its end. */
export function evaluationCount(training: EvaluatedTraining, examples: number): number {
  return 1 + pointCount(training, stepsOf(training, examples));
}

/** Share of a trial that evaluations on the way may add without a word on cheaper ones. */
const usualShare = 0.1;

/** Cost of a trial's evaluations on the way. */
export interface PointsCost {
  readonly evaluations: number;
  /** Share of the trial without them that they add to it. */
  readonly share: number;
  /** Interval that adds a tenth at most, in the same unit. Absent if this one does, or if none would. */
  readonly cheaper?: { readonly every: number; readonly share: number };
}

/**
 * Cost of evaluations on the way; undefined without any, and where their number is unknown.
 * @param settings of the trial, or its spec.
 * @param steps count of all steps; undefined if unknown.
 * @param cost of one evaluation, and of the trial without those on the way, in one unit: seconds, or tokens.
 */
export function pointsCost(
  settings: Observations,
  steps: number | undefined,
  { evaluation, trial }: { readonly evaluation: number; readonly trial: number },
): PointsCost | undefined {
  const { evaluateEvery: every } = settings;
  if (every === undefined || (steps === undefined && every >= 1)) return undefined;
  const evaluations = pointCount(settings, steps);
  const each = evaluation / trial;
  const most = Math.floor(usualShare / each);
  const found = { evaluations, share: evaluations * each };
  if (evaluations <= most || most === 0) return found;
  // A share is rounded up to two decimals, which makes it no more evaluations.
  const cheaper = every < 1 ? Math.ceil(100 / (most + 1)) / 100 : Math.ceil(steps! / (most + 1));
  return {
    ...found,
    cheaper: { every: cheaper, share: pointCount({ evaluateEvery: cheaper }, steps) * each },
  };
}

/**
 * Sentences on the cost.
 * @param amount what the evaluations add, such as `about 12 % of its compute`, from the share.
 * @param option name of the interval's setting.
 */
export function pointsWords(
  { evaluations, share, cheaper }: PointsCost,
  amount: (share: number) => string,
  option: string,
): string {
  const times = evaluations === 1 ? "once" : `${evaluations} times`;
  const cost = `A training is evaluated ${times} on the way, which adds ${amount(share)}.`;
  if (cheaper !== undefined) return `${cost} ${option} ${cheaper.every} adds ${amount(cheaper.share)}.`;
  return share > usualShare ? `${cost} Fewer validation examples cost less.` : cost;
}
