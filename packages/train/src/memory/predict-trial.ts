import type { EngineSpec } from "@lorank/core/results";
import type { TokenizedDataset } from "../data/dataset.ts";
import { type MemoryPrediction, type PredictMemoryOptions, predictMemory } from "./predict.ts";
import { trialShapes } from "./trial-shapes.ts";

export interface TrialMemoryOptions
  extends Pick<PredictMemoryOptions, "family" | "head" | "recompute" | "processBytes" | "codesInFile"> {
  readonly data: TokenizedDataset;
  /** How the base's linear layers are kept. (default: as the spec asks) */
  readonly quantization?: PredictMemoryOptions["quantization"];
}

/** What a trial's process will hold at its peak on the CPU: of the batches that it will train on and evaluate. */
export function predictTrialMemory(
  spec: EngineSpec,
  { data, ...options }: TrialMemoryOptions,
): Promise<MemoryPrediction> {
  const { lora, base } = spec;
  const shapes = trialShapes(spec, data, options.family, options.head);
  const { quantization = base.quantization } = options;
  return predictMemory({ ...options, ...shapes, lora, quantization });
}
