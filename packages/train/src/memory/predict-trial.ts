import { type KindChoice, kindOf, withMembers } from "@lorank/core";
import { targetNames } from "@lorank/core/models";
import type { BaseQuantization, EngineSpec, LoraSpec } from "@lorank/evidence/schema";
import type { Recompute } from "@lorank/graph";
import { headOf, type OpenTrial, type TrialInputs } from "../base/trial-model.ts";
import { evaluationBatches, lengthsOf, padBatch, paddedLength } from "../batches/batches.ts";
import {
  evaluatedParts,
  type TokenizedDataset,
  type TokenizedExample,
  type TokenizedTokensExample,
} from "../data/dataset.ts";
import { lastQuestion } from "../data/questions.ts";
import { EVALUATION_TOKENS } from "../evaluate/evaluate.ts";
import { ANSWERS_AT_ONCE } from "../evaluate/judged-answers.ts";
import { familyOf } from "../families/families.ts";
import type { Head } from "../families/family.ts";
import { planTraining, type TrainingPlan } from "../optimizer/training-plan.ts";
import { IGNORE_INDEX } from "../transformer/batch.ts";
import type { AnswersShape } from "./planned-answers.ts";
import { type BatchShape, shapeOf } from "./planned-model.ts";
import { type MemoryPrediction, type PredictMemoryOptions, predictMemory, processPeak } from "./predict.ts";

export interface TrialMemoryOptions {
  /** Base model's `config.json`. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly data: TokenizedDataset;
  /** True if the process holds a copy of the best step, as with patience and in `train`. (default false) */
  readonly keepsBest?: boolean | undefined;
  readonly processBytes?: number | undefined;
}

/**
 * Predicts a trial process's peak memory on the CPU.
 * @throws InputError `E_MODEL_TYPE` and `E_CONFIG` as {@link familyOf}.
 */
export function predictTrialMemory(
  spec: EngineSpec,
  { config, data, keepsBest, processBytes }: TrialMemoryOptions,
): Promise<MemoryPrediction> {
  const family = familyOf(config);
  const head = family.head(headOf(data.task));
  const plan = planTraining(spec, lengthsOf(data.train));
  return predictPlanned(spec, plan, { family, head, data, keepsBest, processBytes });
}

/**
 * Predicted peak bytes for this process; undefined except for onnxruntime on the CPU.
 * @param keepsBest the process holds a copy of the best step's parameters.
 */
export async function predictedPeak(
  spec: EngineSpec,
  { base, data, runtime }: OpenTrial,
  plan: TrainingPlan,
  { recompute, host: { residentBytes } }: TrialInputs,
  keepsBest: boolean,
): Promise<number | undefined> {
  if (runtime.name !== "onnx" || runtime.device !== "cpu" || residentBytes === undefined) return undefined;
  const { family, head, inFile } = base;
  const { allocatedBytes } = await predictPlanned(spec, plan, {
    family,
    head,
    data,
    quantization: inFile ?? spec.base.quantization,
    codesInFile: inFile !== undefined,
    recompute,
    keepsBest,
    processBytes: processPeak(residentBytes),
  });
  return allocatedBytes;
}

function answersOf({ answers }: EngineSpec, { validation }: TokenizedDataset): AnswersShape | undefined {
  if (answers === undefined) return undefined;
  const examples = validation as readonly TokenizedTokensExample[];
  const prompts = examples.map((example) => lastQuestion(example).prompt.length);
  return { prompts, maxNewTokens: answers.maxNewTokens, batch: ANSWERS_AT_ONCE };
}

function predictPlanned(
  spec: EngineSpec,
  { microBatches, pack, lengths }: TrainingPlan,
  { data, ...options }: Pick<OpenTrial, "data"> & Omit<PredictMemoryOptions, "training" | "evaluation">,
): Promise<MemoryPrediction> {
  const { family, head } = options;
  const shapes = (examples: TokenizedDataset["train"], batches: readonly Uint32Array[], pack: boolean) =>
    batches.map((indices): BatchShape => {
      const own = Array.from(indices, (index) => examples[index]!) as TokenizedExample[];
      return shapeOf(padBatch(own, { padId: family.padTokenId, pack }), family, head);
    });
  const parts = evaluatedParts(data).map((examples) => ({ examples, lengths: lengthsOf(examples) }));
  return predictMemory({
    lora: spec.lora,
    quantization: spec.base.quantization,
    answers: answersOf(spec, data),
    ...options,
    training: shapes(data.train, microBatches.flat(), pack),
    evaluation: parts.flatMap(({ examples, lengths }) =>
      shapes(examples, evaluationBatches(lengths, EVALUATION_TOKENS), false),
    ),
    dataTokens: [lengths, ...parts.map(({ lengths }) => lengths)]
      .flat()
      .reduce((sum, length) => sum + length, 0),
  });
}

export interface EngineMemoryOptions extends KindChoice {
  /** Model's `config.json`. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly head: Head;
  readonly rank: number;
  /** Layers with an adapter. (default: every linear layer) */
  readonly targetModules?: readonly string[];
  /** 4-bit format for the base's linear layers. (default: float32) */
  readonly quantization?: BaseQuantization;
  /** Texts per pass through the model. */
  readonly microBatch: number;
  /** Tokens per text in the longest batch. */
  readonly seq: number;
  /** Target tokens per text, in a language model. (default: every token but the first) */
  readonly targets?: number;
  readonly dropout?: number;
  readonly recompute?: Recompute;
  readonly processBytes?: number;
  /** True if the process also evaluates, in separate batches. (default true) */
  readonly evaluates?: boolean;
}

/**
 * Predicts the largest resident set in training on the CPU, from a model's config.
 * @throws InputError E_MODEL_TYPE and E_CONFIG as {@link familyOf}, E_TARGET and E_RANK as a trial.
 */
export function predictEngineMemory(options: EngineMemoryOptions): Promise<MemoryPrediction> {
  const { config, head: kind, rank, microBatch, seq, dropout = 0, recompute, processBytes } = options;
  const { quantization, targets = seq - 1, evaluates = true } = options;
  const family = familyOf(config);
  const head = family.head(kind);
  const settings = withMembers<Omit<LoraSpec, keyof KindChoice | "rankPattern" | "alphaPattern">>({
    rank,
    alpha: rank,
    scalingRule: "lora",
    dropout,
    targetModules: options.targetModules ?? targetNames(head.shape),
  });
  const lora: LoraSpec = { ...settings, ...kindOf(options).members };
  const inputIds = new Array<number>(seq).fill(0);
  const labels = inputIds.map((_, i) => (i < seq - 1 - targets || i === seq - 1 ? IGNORE_INDEX : 0));
  const text = kind.kind === "classification" ? { id: "", inputIds, label: 0 } : { id: "", inputIds, labels };
  const shape = (count: number) => {
    const texts = Array<typeof text>(count).fill(text) as TokenizedExample[];
    return shapeOf(padBatch(texts, { padId: family.padTokenId }), family, head);
  };
  return predictMemory({
    family,
    head,
    lora,
    quantization,
    training: [shape(microBatch)],
    evaluation: evaluates ? [shape(Math.max(1, Math.floor(EVALUATION_TOKENS / paddedLength(seq))))] : [],
    recompute,
    processBytes,
  });
}

export interface GenerateMemoryOptions {
  /** Model's `config.json`. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly prompts: readonly number[];
  /** Most tokens per answer, assumed for all. */
  readonly maxNewTokens: number;
  /** Prompts answered at a time. (default 8) */
  readonly batch?: number;
  /** 4-bit format for the base's linear layers. (default: float32) */
  readonly quantization?: BaseQuantization;
  readonly processBytes?: number;
}

/**
 * Predicts the largest resident set for answering prompts on the CPU, without adapter.
 * @throws InputError E_MODEL_TYPE and E_CONFIG as {@link familyOf}.
 */
export function predictGenerateMemory(options: GenerateMemoryOptions): Promise<MemoryPrediction> {
  const { config, prompts, maxNewTokens, batch = 8, quantization, processBytes } = options;
  const family = familyOf(config);
  const head = family.head({ kind: "causal-lm" });
  const answers = { prompts, maxNewTokens, batch };
  return predictMemory({ family, head, quantization, training: [], evaluation: [], answers, processBytes });
}
