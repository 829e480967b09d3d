import type { SpecMembers, TrialResult } from "../schema/types.ts";

/**
 * Tells whether a completed run learned nothing: its training loss did not fall, or its accuracy is that of naming the
 * most frequent class. `majorityShare` is that class's share of the evaluation examples; two standard errors above it
 * count.
 */
export function hasCollapsed(
  { evaluation, lossCurve }: Pick<TrialResult, "evaluation" | "lossCurve">,
  majorityShare?: number,
): boolean {
  if (evaluation && majorityShare !== undefined) {
    const error = Math.sqrt((majorityShare * (1 - majorityShare)) / evaluation.correct.length);
    if (evaluation.accuracy <= majorityShare + 2 * error) return true;
  }
  return lossCurve.length >= 2 * fewestSteps && endOf(lossCurve) >= startOf(lossCurve);
}

/** Factor by which the loss must rise to count: batches of a run that learns vary by less. */
const riseFactor = 1.5;

/**
 * Tells whether a run's training loss rose far above its start, as it does at too high a learning rate. Its moving
 * average must exceed `riseFactor` times the loss of the first step or, if larger, of guessing among the classes. By
 * the last step the loss may have returned to that of a constant answer.
 */
export function lossRose({ spec, lossCurve }: Pick<TrialResult, "spec" | "lossCurve">): boolean {
  if (lossCurve.length === 0) return false;
  const { task }: SpecMembers = spec;
  const guessing = task?.kind === "classification" ? Math.log(task.labels.length) : 0;
  const limit = riseFactor * Math.max(lossCurve[0]!.loss, guessing);
  const width = Math.min(lossCurve.length, windowOf(lossCurve));
  let sum = 0;
  return lossCurve.some(({ loss }, step) => {
    sum += loss - (lossCurve[step - width]?.loss ?? 0);
    return step + 1 >= width && sum > limit * width;
  });
}

/** Fewest losses in an average; the loss of one step depends on its examples. */
const fewestSteps = 5;

function windowOf(curve: TrialResult["lossCurve"]): number {
  return Math.max(fewestSteps, Math.round(curve.length / 10));
}

function startOf(curve: TrialResult["lossCurve"]): number {
  return meanLoss(curve.slice(0, fewestSteps));
}

function endOf(curve: TrialResult["lossCurve"]): number {
  return meanLoss(curve.slice(-windowOf(curve)));
}

function meanLoss(curve: TrialResult["lossCurve"]): number {
  return curve.reduce((sum, { loss }) => sum + loss, 0) / curve.length;
}
