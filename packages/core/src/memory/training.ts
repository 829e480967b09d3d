import type { NotCounted } from "../model/shape.ts";
import type { FloatDtype } from "./base-bytes.ts";
import { estimateMemory, type MemoryEstimate, type MemoryOptions } from "./estimate.ts";
import { estimateFull, type FullEstimate } from "./full.ts";

/** Options of LoRA, or of full fine-tuning where the rank is null: then `base` is the dtype of the trained weights. */
export interface TrainingOptions extends Omit<MemoryOptions, "rank"> {
  readonly rank: number | null;
  /** Known omissions of the estimate beside those of the model (default: none). */
  readonly notCounted?: readonly NotCounted[] | undefined;
}

/** Estimates LoRA or full fine-tuning. Throws what `estimateMemory` and `estimateFull` throw. */
export function estimateTraining({ rank, ...options }: TrainingOptions): MemoryEstimate | FullEstimate {
  if (rank !== null) return estimateMemory({ ...options, rank });
  const { targets: _, base, ...full } = options;
  return estimateFull({ ...full, dtype: base.dtype as FloatDtype });
}
