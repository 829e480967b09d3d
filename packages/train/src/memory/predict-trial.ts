import type { EngineSpec } from "@lorank/core/results";
import { evaluationBatches, padBatch } from "../batches/batches.ts";
import type { TokenizedDataset, TokenizedExample } from "../data/dataset.ts";
import { EVALUATION_TOKENS } from "../evaluate/evaluate.ts";
import type { Family, HeadModule } from "../families/family.ts";
import { cutSteps, planTraining } from "../optimizer/training-plan.ts";
import { type BatchShape, shapeOf } from "./pass-shape.ts";
import { type MemoryPrediction, type PredictMemoryOptions, predictMemory } from "./predict.ts";

/** What a trial's memory depends on in its data. */
interface TrialShapes {
  readonly training: readonly BatchShape[];
  readonly evaluation: readonly BatchShape[];
  readonly dataTokens: number;
}

/** The shapes of all batches that a trial trains on and evaluates. */
function trialShapes(
  spec: EngineSpec,
  { train, validation }: TokenizedDataset,
  family: Family,
  head: HeadModule,
): TrialShapes {
  const padId = family.padTokenId;
  const shapes = (examples: TokenizedDataset["train"], batches: readonly Uint32Array[], pack: boolean) =>
    batches.map((indices) => {
      const own = Array.from(indices, (index) => examples[index]!) as TokenizedExample[];
      return shapeOf(padBatch(own, { padId, pack }), family, head);
    });
  const lengths = lengthsOf(train);
  const { steps, pack } = cutSteps(planTraining(spec, train.length), lengths, spec.optimizer.microBatchSize);
  const evaluated = evaluationBatches(lengthsOf(validation), EVALUATION_TOKENS);
  return {
    training: shapes(train, steps.flat(), pack),
    evaluation: shapes(validation, evaluated, false),
    dataTokens: [...lengths, ...lengthsOf(validation)].reduce((sum, length) => sum + length, 0),
  };
}

const lengthsOf = (examples: TokenizedDataset["train"]): number[] =>
  examples.map(({ inputIds }) => inputIds.length);

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
