import { isBehindPrior } from "../../results/behind-prior.ts";
import type { Decision, TrainingFault, TrialResult } from "../../results/types.ts";
import { lossRose } from "../collapsed.ts";
import { counted } from "../words.ts";

/** The part of a trial's result that tells why it learned nothing. */
export type FaultyTrial = Pick<TrialResult, "spec" | "status" | "lossCurve">;

/**
 * Why training taught nothing: see {@link TrainingFault}. Undefined where a rank is better than the class prior, where
 * nothing is known of the classes, and without loss curves. `decision` has the state of each rank's training.
 */
export function faultOf(decision: Decision, trials: readonly FaultyTrial[]): TrainingFault | undefined {
  const { classPrior, ranks, convergence = [] } = decision;
  const diverged = trials.filter(({ status }) => status === "diverged");
  if (ranks.length === 0) return diverged.length * 2 > trials.length ? "rate-too-high" : undefined;
  if (!isBehindPrior(decision)) return undefined;
  const completed = trials.filter(({ status, lossCurve }) => status === "completed" && lossCurve.length > 0);
  if (completed.length === 0) return undefined;
  const risen = diverged.length + completed.filter(lossRose).length;
  if (2 * risen >= diverged.length + completed.length) return "rate-too-high";
  const lines = convergence.filter(({ fall }) => fall !== undefined);
  const isBelowPrior = lines.some(({ epochs, trainLoss }) => epochs > 1 && trainLoss! < classPrior!.logLoss);
  if (isBelowPrior) return "memorising";
  const isFalling = lines.some(({ interval }) => interval![0] > 0);
  return isFalling || lines.length === 0 ? "too-short" : "unknown";
}

/** The decision with the fault of its training, and in its explanation what to do about that. */
export function withFault(decision: Decision, trials: readonly FaultyTrial[]): Decision {
  const fault = faultOf(decision, trials);
  if (fault === undefined) return decision;
  const explanation = `${decision.explanation} ${faultInWords(fault, decision, trials)}`;
  return { ...decision, fault, explanation };
}

function faultInWords(
  fault: TrainingFault,
  { ranks, convergence = [] }: Decision,
  trials: readonly FaultyTrial[],
): string {
  const { optimizer } = trials[0]!.spec;
  switch (fault) {
    case "rate-too-high": {
      const anyDiverged = trials.some(({ status }) => status === "diverged");
      const rose = anyDiverged
        ? "Runs diverged, or their training loss rose far above where it began"
        : "The training loss rose far above where it began";
      const seen = ranks.length === 0 ? "The runs diverged" : rose;
      return (
        `${seen}: the learning rate is too high. Lower it (--learning-rate, now ${optimizer.learningRate}), or have one ` +
        "searched (--learning-rate auto)."
      );
    }
    case "memorising":
      return (
        "The training loss fell below the log loss of the class prior; that of the validation examples did not. What was " +
        "learned does not hold for other examples. Check that the labels belong to their texts, and train on more of them."
      );
    case "too-short": {
      const seen = convergence.some(({ fall }) => fall !== undefined)
        ? "The training loss was still falling at the end"
        : `After ${counted(trials[0]!.lossCurve.length, "step")} nothing can be said of the training loss`;
      return `${seen}: train longer (--epochs ${2 * optimizer.epochs}).`;
    }
    case "unknown":
      return (
        "The training loss neither rose far nor surely fell. Check that the labels belong to their texts, then have the " +
        "learning rate and the epochs searched (--learning-rate auto --epochs auto)."
      );
  }
}
