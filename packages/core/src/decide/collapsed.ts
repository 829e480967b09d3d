import type { TrialResult } from "../results/types.ts";

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

/** Losses that are averaged at each end, for one step's loss jumps with the examples in it. */
const fewestSteps = 5;

function startOf(curve: TrialResult["lossCurve"]): number {
  return meanLoss(curve.slice(0, fewestSteps));
}

function endOf(curve: TrialResult["lossCurve"]): number {
  return meanLoss(curve.slice(-Math.max(fewestSteps, Math.round(curve.length / 10))));
}

function meanLoss(curve: TrialResult["lossCurve"]): number {
  return curve.reduce((sum, { loss }) => sum + loss, 0) / curve.length;
}
