import { InputError } from "../errors.ts";
import { bertFamily } from "./families/bert.ts";
import { ConfigReader } from "./families/config-reader.ts";
import { deepseekFamily } from "./families/deepseek.ts";
import type { Family } from "./families/family.ts";
import { fusedLayernormFamily } from "./families/fused-layernorm.ts";
import { gpt2Family } from "./families/gpt2.ts";
import { layernormFamily } from "./families/layernorm.ts";
import { llamaFamily } from "./families/llama.ts";
import { mixtureFamily } from "./families/mixture.ts";
import { multimodalFamily } from "./families/multimodal.ts";
import { qwenFamily } from "./families/qwen.ts";
import type { ModelHead, ModelShape, ModelType } from "./shape.ts";

const families: readonly Family[] = [
  llamaFamily,
  qwenFamily,
  mixtureFamily,
  deepseekFamily,
  gpt2Family,
  layernormFamily,
  fusedLayernormFamily,
  bertFamily,
  multimodalFamily,
];

/** Every `model_type` that is understood. */
export const modelTypes: readonly ModelType[] = families.flatMap((family) => family.modelTypes);

export interface ModelShapeOptions {
  /** Defaults to `causal-lm` for decoders and `none` for encoders. */
  readonly head?: ModelHead;
}

/**
 * Reads a Hugging Face `config.json`: exact shapes and parameter counts.
 *
 * Throws E_CONFIG, naming every field that is missing or wrong: nothing is guessed. A field may be absent only where
 * the model's own definition says what that means, for example no `head_dim` in a Llama config. Of a model that reads
 * images too, the text part is read; the shape's `covers` says so.
 */
export function modelShapeFromConfig(config: unknown, options: ModelShapeOptions = {}): ModelShape {
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    throw new InputError("E_CONFIG", "model config must be the object of a config.json");
  }
  const fields = config as Readonly<Record<string, unknown>>;
  const modelType = modelTypes.find((type) => type === fields.model_type);
  const family = families.find((each) => modelType !== undefined && each.modelTypes.includes(modelType));
  if (modelType === undefined || family === undefined) {
    const given = fields.model_type === undefined ? "no such field" : JSON.stringify(fields.model_type);
    throw new InputError(
      "E_CONFIG",
      `model config: model_type must be one of ${modelTypes.join(", ")}, got ${given}`,
    );
  }
  return family.shape(modelType, new ConfigReader(fields), checkHead(options.head ?? family.defaultHead));
}

function checkHead(head: ModelHead): ModelHead {
  if (head.kind === "sequence-classification" && !(Number.isSafeInteger(head.labels) && head.labels > 0)) {
    throw new InputError("E_CONFIG", `labels must be a positive integer, got ${head.labels}`);
  }
  return head;
}
