import { InputError } from "../errors.ts";
import {
  type ModelComputation,
  readComputation,
  type TrainableModelType,
  trainableModelTypes,
} from "./computation/computation.ts";
import { ConfigReader, isRecord, shownField } from "./config-reader.ts";
import { bertArchitecture } from "./families/bert.ts";
import type { Architecture } from "./families/blocks.ts";
import { deepseekArchitecture } from "./families/deepseek.ts";
import { readDropout } from "./families/dropout.ts";
import { fusedLayernormArchitecture, gpt2Architecture } from "./families/fused-layernorm.ts";
import { gemma3nArchitecture } from "./families/gemma3n.ts";
import { layernormArchitecture } from "./families/layernorm.ts";
import { llamaArchitecture, qwenArchitecture } from "./families/llama.ts";
import { llama4Architecture } from "./families/llama4.ts";
import { glmMoeArchitecture, mixtureArchitecture } from "./families/mixture.ts";
import { multimodalArchitecture } from "./families/multimodal.ts";
import { defaultHead, type ModelParts, modelShape } from "./parts.ts";
import type { ModelHead, ModelShape, ModelType } from "./shape.ts";

const architectures: readonly Architecture[] = [
  llamaArchitecture,
  qwenArchitecture,
  mixtureArchitecture,
  deepseekArchitecture,
  glmMoeArchitecture,
  llama4Architecture,
  gemma3nArchitecture,
  gpt2Architecture,
  layernormArchitecture,
  fusedLayernormArchitecture,
  bertArchitecture,
  multimodalArchitecture,
];

/** Supported `model_type` values. */
export const modelTypes: readonly ModelType[] = architectures.flatMap((each) => each.modelTypes);

export interface ModelShapeOptions {
  /** Head on top of the layers. Default: `causal-lm` for decoders, `none` for encoders. */
  readonly head?: ModelHead;
}

/**
 * Reads exact shapes and parameter counts from a Hugging Face `config.json`; from its text part if the model also reads
 * images. Throws E_CONFIG naming every field that is missing or wrong. Fields may be absent only where the model's
 * definition has a default, such as Llama's `head_dim`. Throws E_TASK for a language-model head on an encoder.
 */
export function modelShapeFromConfig(config: unknown, options: ModelShapeOptions = {}): ModelShape {
  const reader = readerOf(config);
  const modelType = typeOf(reader, modelTypes, "E_CONFIG");
  const parts = partsOf(modelType, reader);
  reader.finish();
  return modelShape(modelType, parts, checkHead(options.head ?? defaultHead(parts)));
}

export interface TrainableModel {
  readonly modelType: TrainableModelType;
  readonly computation: ModelComputation;
  /** Gives the model's shape with a head. Throws E_TASK for a language-model head on an encoder. */
  readonly shape: (head: ModelHead) => ModelShape;
}

/**
 * Reads a Hugging Face `config.json` for training. Throws E_MODEL_TYPE listing the trainable types, and E_CONFIG as
 * {@link modelShapeFromConfig}.
 */
export function trainableModelFromConfig(config: unknown): TrainableModel {
  const reader = readerOf(config);
  const modelType = typeOf(reader, trainableModelTypes, "E_MODEL_TYPE");
  const parts = partsOf(modelType, reader);
  const computation = readComputation(modelType, reader, parts);
  reader.finish();
  return { modelType, computation, shape: (head) => modelShape(modelType, parts, checkHead(head)) };
}

function readerOf(config: unknown): ConfigReader {
  if (isRecord(config)) return new ConfigReader(config);
  const got = Array.isArray(config) ? "a list" : config === null ? "null" : `a ${typeof config}`;
  throw new InputError("E_CONFIG", `model config must be the object of a config.json, got ${got}`);
}

function typeOf<Type extends ModelType>(
  { fields }: ConfigReader,
  known: readonly Type[],
  code: "E_CONFIG" | "E_MODEL_TYPE",
): Type {
  const type = known.find((each) => each === fields.model_type);
  if (type !== undefined) return type;
  const shown = shownField(fields.model_type);
  throw new InputError(code, `model config: model_type must be one of ${known.join(", ")}, got ${shown}`);
}

function partsOf(modelType: ModelType, reader: ConfigReader): ModelParts {
  const parts = architectures.find((each) => each.modelTypes.includes(modelType))!.read(modelType, reader);
  const dropout = readDropout(modelType, reader);
  return dropout === undefined ? parts : { ...parts, block: { ...parts.block, dropout } };
}

function checkHead(head: ModelHead): ModelHead {
  if (head.kind === "classification" && !(Number.isSafeInteger(head.labels) && head.labels > 0)) {
    throw new InputError("E_CONFIG", `labels must be a positive integer, got ${head.labels}`);
  }
  return head;
}
