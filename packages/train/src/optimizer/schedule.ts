import { cosineOfPi } from "../random/portable-math.ts";

/** How the learning rate moves over a run. */
export interface LearningRateSchedule {
  /** The peak, reached at the end of the warm-up. */
  readonly learningRate: number;
  readonly schedule: "constant" | "linear" | "cosine";
  /** Steps over which the rate rises from 0 to its peak. */
  readonly warmupSteps: number;
  /** Steps after which `linear` and `cosine` have come down to 0. */
  readonly totalSteps: number;
}

/**
 * The learning rate of optimiser step `step`, counted from 0.
 *
 * Warm-up: `step / warmupSteps`, so the very first step of a warmed-up run moves nothing. After it, with
 * `progress = (step − warmup) / (total − warmup)`: linear `1 − progress`, cosine `(1 + cos(π · progress)) / 2`.
 *
 * Source: transformers, optimization.py: get_constant_schedule_with_warmup, get_linear_schedule_with_warmup and
 * get_cosine_schedule_with_warmup with its default of half a cycle.
 */
export function learningRateAt(step: number, options: LearningRateSchedule): number {
  const { learningRate, schedule, warmupSteps, totalSteps } = options;
  if (step < warmupSteps) return learningRate * (step / warmupSteps);
  if (schedule === "constant") return learningRate;
  const span = Math.max(1, totalSteps - warmupSteps);
  if (schedule === "linear") return learningRate * Math.max(0, (totalSteps - step) / span);
  const progress = Math.min(1, (step - warmupSteps) / span); // a run longer than planned stays at 0
  return learningRate * 0.5 * (1 + cosineOfPi(progress));
}

/** Warm-up steps for a share of all steps, rounded up as transformers' `warmup_ratio` is. */
export function warmupStepsOf(totalSteps: number, warmupRatio: number): number {
  return Math.ceil(totalSteps * warmupRatio);
}
