import type { EngineSpec } from "@lorank/core/results";
import { evaluationBatches, lengthsOf, padBatch } from "../batches/batches.ts";
import type { TokenizedDataset, TokenizedExample } from "../data/dataset.ts";
import { EVALUATION_TOKENS } from "../evaluate/evaluate.ts";
import { planTraining, type TrainingPlan } from "../optimizer/training-plan.ts";
import { type BatchShape, shapeOf } from "./pass-shape.ts";
import { type MemoryPrediction, type PredictMemoryOptions, predictMemory } from "./predict.ts";

export interface TrialMemoryOptions
  extends Pick<PredictMemoryOptions, "family" | "head" | "recompute" | "processBytes" | "codesInFile"> {
  readonly data: TokenizedDataset;
  /** Format of the base's linear layers. (default: the spec's) */
  readonly quantization?: PredictMemoryOptions["quantization"];
}

/** Predicts the peak memory of a trial's process on the CPU, from the batches that it will train on and evaluate. */
export function predictTrialMemory(spec: EngineSpec, options: TrialMemoryOptions): Promise<MemoryPrediction> {
  const { lora, base } = spec;
  const plan = planTraining(spec, lengthsOf(options.data.train));
  return predictPlanned(plan, { quantization: base.quantization, ...options, lora });
}

/** The same of a training that is planned already. */
export function predictPlanned(
  { microBatches, pack, lengths }: TrainingPlan,
  { data, ...options }: TrialMemoryOptions & Pick<PredictMemoryOptions, "lora">,
): Promise<MemoryPrediction> {
  const { family, head } = options;
  const shapes = (examples: TokenizedDataset["train"], batches: readonly Uint32Array[], pack: boolean) =>
    batches.map((indices): BatchShape => {
      const own = Array.from(indices, (index) => examples[index]!) as TokenizedExample[];
      return shapeOf(padBatch(own, { padId: family.padTokenId, pack }), family, head);
    });
  const validated = lengthsOf(data.validation);
  return predictMemory({
    ...options,
    training: shapes(data.train, microBatches.flat(), pack),
    evaluation: shapes(data.validation, evaluationBatches(validated, EVALUATION_TOKENS), false),
    dataTokens: [...lengths, ...validated].reduce((sum, length) => sum + length, 0),
  });
}
