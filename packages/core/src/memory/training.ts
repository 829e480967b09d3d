import type { NotCounted } from "../model/shape.ts";
import { assertOptions, type OptionNames } from "../options.ts";
import type { FloatDtype } from "./base-bytes.ts";
import { estimateMemory, type MemoryEstimate, type MemoryOptions } from "./estimate.ts";
import { estimateFull, type FullEstimate } from "./full.ts";

/** Options of LoRA, or of full fine-tuning where the rank is null: then `base` is the dtype of the trained weights. */
export interface TrainingOptions extends Omit<MemoryOptions, "rank"> {
  readonly rank: number | null;
  /** Known omissions of the estimate beside those of the model (default: none). */
  readonly notCounted?: readonly NotCounted[] | undefined;
}

/** Names of options that an estimate of several ranks has too. */
export const commonNames = {
  shape: true,
  profile: true,
  settings: false,
  microBatch: true,
  seq: true,
  cards: false,
  notCounted: false,
} as const;

const trainingNames: OptionNames<TrainingOptions> = {
  ...commonNames,
  targets: true,
  rank: true,
  base: true,
};

/**
 * Estimates LoRA or full fine-tuning.
 *
 * @throws InputError `E_OPTIONS` for options that are misspelt or missing, and what `estimateMemory` and `estimateFull` throw.
 */
export function estimateTraining(options: TrainingOptions): MemoryEstimate | FullEstimate {
  // Options may be those of estimateRanks, with its card.
  const names = { ...trainingNames, targets: options?.rank !== null, card: false };
  assertEstimated(options, "the options of estimateTraining", names);
  return trainingEstimate(options);
}

/** @throws InputError as {@link assertOptions} does, for the options and for the settings in them. */
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

/** {@link estimateTraining} of options that are checked. */
export function trainingEstimate({ rank, ...options }: TrainingOptions): MemoryEstimate | FullEstimate {
  if (rank !== null) return estimateMemory({ ...options, rank });
  const { targets: _, base, ...full } = options;
  return estimateFull({ ...full, dtype: base.dtype as FloatDtype });
}
