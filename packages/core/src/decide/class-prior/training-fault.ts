import { isBehindPrior } from "../../results/behind-prior.ts";
import type { Decision, FaultyTraining, TrainingFault, TrialResult } from "../../results/types.ts";
import { explained } from "../../results/words/in-words.ts";
import { lossRose } from "../collapsed.ts";

/** The part of a trial's result that tells why it learned nothing. */
export type FaultyTrial = Pick<TrialResult, "spec" | "status" | "lossCurve" | "divergedAtStep">;

/**
 * Why training taught nothing: see {@link TrainingFault}. Undefined where a rank is better than the class prior, where
 * nothing is known of the classes, and without loss curves. `decision` has the state of each rank's training.
 */
export function faultOf(decision: Decision, trials: readonly FaultyTrial[]): TrainingFault | undefined {
  const { classPrior, ranks, convergence = [] } = decision;
  const failed = trials.filter(({ status }) => status === "diverged");
  const diverged = failed.filter((trial) => !isSpoiltAtStart(trial));
  if (ranks.length === 0) {
    if (failed.length * 2 <= trials.length) return undefined;
    return diverged.length * 2 >= failed.length ? "rate-too-high" : "unknown";
  }
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

/**
 * AdamW's first update of a weight is at most the learning rate. So it is the loss or its gradient that was not finite, and
 * both are of the weights and examples that training began with.
 */
function isSpoiltAtStart({ status, divergedAtStep, lossCurve }: FaultyTrial): boolean {
  return status === "diverged" && divergedAtStep === 1 && lossCurve.length === 0;
}

/** The decision with the fault of its training, and in its explanation what to do about that. */
export function withFault(decision: Decision, trials: readonly FaultyTrial[]): Decision {
  const fault = faultOf(decision, trials);
  if (fault === undefined) return decision;
  return explained({ ...decision, fault, faultyTraining: trainingOf(trials) });
}

function trainingOf(trials: readonly FaultyTrial[]): FaultyTraining {
  const { spec, lossCurve } = trials[0]!;
  const { learningRate, epochs } = spec.optimizer;
  const divergedAtStart = trials.filter(isSpoiltAtStart).length;
  return {
    ...(learningRate === undefined ? {} : { learningRate }),
    ...(epochs === undefined ? {} : { epochs }),
    steps: lossCurve.length,
    diverged: trials.filter(({ status }) => status === "diverged").length,
    ...(divergedAtStart > 0 ? { divergedAtStart } : {}),
  };
}
