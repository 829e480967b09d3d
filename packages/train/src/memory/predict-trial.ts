import type { TrialSpec } from "@lorank/core/results";
import type { Recompute } from "@lorank/graph";
import type { TokenizedDataset } from "../data/dataset.ts";
import type { Family, HeadModule } from "../families/family.ts";
import { type MemoryPrediction, predictMemory } from "./predict.ts";
import { trialShapes } from "./trial-shapes.ts";

export interface TrialMemoryOptions {
  readonly family: Family;
  readonly head: HeadModule;
  readonly data: TokenizedDataset;
  readonly recompute?: Recompute | undefined;
  readonly processBytes?: number | undefined;
}

/** What a trial's process will hold at its peak on the CPU: of the batches that it will train on and evaluate. */
export function predictTrialMemory(
  spec: TrialSpec,
  { family, head, data, recompute, processBytes }: TrialMemoryOptions,
): Promise<MemoryPrediction> {
  const { lora, base } = spec;
  return predictMemory({
    family,
    head,
    lora,
    quantization: base.quantization,
    ...trialShapes(spec, data, family, head),
    ...(recompute === undefined ? {} : { recompute }),
    ...(processBytes === undefined ? {} : { processBytes }),
  });
}
