import type { SpecMembers, TrialResult } from "../schema/types.ts";

/**
 * Collapsed run: accuracy is at most two standard errors above the largest class's share, or training loss ends no
 * lower than it began.
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

const riseFactor = 1.5;

/** True if training loss rose far above its start, as at too high a learning rate; it may end low again. */
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
