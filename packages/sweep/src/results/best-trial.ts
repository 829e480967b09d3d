import type { TrialResult } from "@lorank/core/results";

/**
 * The trial of a rank whose adapter is handed out: the one with the lowest log loss on the validation examples, of equals
 * that of the smallest seed. Undefined where none completed.
 */
export function bestTrial(trials: readonly TrialResult[]): TrialResult | undefined {
  return trials
    .filter(({ evaluation }) => evaluation !== undefined)
    .sort((a, b) => badness(a) - badness(b) || a.spec.seed - b.spec.seed)[0];
}

/** Log loss, or where another trainer does not say it, the share of wrong answers. */
function badness({ evaluation }: TrialResult): number {
  return evaluation!.logLoss ?? 1 - evaluation!.accuracy;
}
