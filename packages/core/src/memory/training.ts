import { leastRank } from "../model/lora.ts";
import type { NotCounted } from "../model/shape.ts";
import { assertOptions, type OptionNames } from "../options.ts";
import type { FloatDtype } from "./base-bytes.ts";
import { estimateMemory, type MemoryEstimate, type MemoryOptions } from "./estimate.ts";
import { estimateFull, type FullEstimate } from "./full.ts";

/** Options for LoRA, or with rank null for full fine-tuning, where `base` is the trained weights' dtype. */
export interface TrainingOptions extends Omit<MemoryOptions, "rank"> {
  readonly rank: number | null;
  /** Training memory omitted from the estimate beside the model's own omissions (default: none). */
  readonly notCounted?: readonly NotCounted[] | undefined;
}

/** Least value of a size: ranks that experts can divide, and a length that holds the images. */
export function leastOf(
  size: "rank" | "seq" | "microBatch",
  { targets, imageTokens = 0 }: Pick<TrainingOptions, "targets" | "imageTokens">,
): number {
  const leasts = { rank: leastRank(targets), seq: Math.max(1, imageTokens), microBatch: 1 };
  return leasts[size];
}

export const commonNames = {
  shape: true,
  profile: true,
  settings: false,
  microBatch: true,
  seq: true,
  cards: false,
  objective: false,
  trainedModules: false,
  notCounted: false,
  imageTokens: false,
} as const;

const trainingNames: OptionNames<TrainingOptions> = {
  ...commonNames,
  targets: true,
  rank: true,
  base: true,
};

/**
 * Estimates LoRA or full fine-tuning. Throws `E_OPTIONS` for misspelt or missing options, and what `estimateMemory` and
 * `estimateFull` throw.
 */
export function estimateTraining(options: TrainingOptions): MemoryEstimate | FullEstimate {
  // Options of estimateRanks, `card` included, are accepted too.
  const names = { ...trainingNames, targets: options?.rank !== null, card: false };
  assertEstimated(options, "the options of estimateTraining", names);
  return trainingEstimate(options);
}

/** @throws InputError as {@link assertOptions}, for options and the settings in them. */
export function assertEstimated(
  options: Pick<TrainingOptions, "profile" | "settings">,
  what: string,
  names: Readonly<Record<string, boolean>>,
): void {
  assertOptions(options, what, names);
  const { profile, settings = {} } = options;
  const known = Object.keys(profile.settings).map((name) => [name, false]);
  assertOptions(settings, "the settings", Object.fromEntries(known));
}

/** {@link estimateTraining} without checks. */
export function trainingEstimate({ rank, ...options }: TrainingOptions): MemoryEstimate | FullEstimate {
  if (rank !== null) return estimateMemory({ ...options, rank });
  const { targets: _, trainedModules: __, base, ...full } = options;
  return estimateFull({ ...full, dtype: base.dtype as FloatDtype });
}
