import type { SpecMembers, TrialResult } from "../../results/types.ts";

/**
 * Whether a completed run learned nothing: of a classification it is right on no more examples than naming the most
 * frequent class is, within two standard errors of that share; of any task its training loss did not fall. `majorityShare`
 * is a share of the evaluation examples; without it only the loss is looked at.
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

/** How far the loss must rise to count: the batches of a run that learns move it by less. */
const riseFactor = 1.5;

/**
 * Whether the training loss of a run rose far above where it began, as it does at a learning rate that is too high: its
 * mean over some five steps in a row (or a tenth of all) is more than `riseFactor` times the loss of the first step or, if
 * that is larger, of guessing among the classes. By the last step it may have come back to what one answer for all gives.
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

/** Losses that are averaged, for one step's loss jumps with the examples in it. */
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
