import { InputError } from "./errors.ts";
import { bertModelTypes, bertShape } from "./families/bert.ts";
import { ConfigReader } from "./families/config-reader.ts";
import { gpt2ModelTypes, gpt2Shape } from "./families/gpt2.ts";
import { llamaModelTypes, llamaShape } from "./families/llama.ts";
import type { ModelHead, ModelShape } from "./shape.ts";

export interface ModelShapeOptions {
  /** Defaults to `causal-lm` for decoders and `none` for encoders. */
  readonly head?: ModelHead;
}

/**
 * Reads a Hugging Face `config.json`: exact shapes and parameter counts.
 *
 * Throws E_CONFIG, naming every field that is missing or wrong: nothing is guessed. A field may be absent only where
 * the model's own definition says what that means, for example no `head_dim` in a Llama config.
 */
export function modelShapeFromConfig(config: unknown, options: ModelShapeOptions = {}): ModelShape {
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    throw new InputError("E_CONFIG", "model config must be the object of a config.json");
  }
  const fields = config as Readonly<Record<string, unknown>>;
  const modelType = fields.model_type;
  const reader = new ConfigReader(fields);
  if (isOneOf(llamaModelTypes, modelType)) {
    return llamaShape(modelType, reader, checkHead(options.head ?? { kind: "causal-lm" }));
  }
  if (isOneOf(gpt2ModelTypes, modelType)) {
    return gpt2Shape(modelType, reader, checkHead(options.head ?? { kind: "causal-lm" }));
  }
  if (isOneOf(bertModelTypes, modelType)) {
    return bertShape(modelType, reader, checkHead(options.head ?? { kind: "none" }));
  }
  const supported = [...llamaModelTypes, ...gpt2ModelTypes, ...bertModelTypes].join(", ");
  const given = modelType === undefined ? "no such field" : JSON.stringify(modelType);
  throw new InputError("E_CONFIG", `model config: model_type must be one of ${supported}, got ${given}`);
}

function checkHead(head: ModelHead): ModelHead {
  if (head.kind === "sequence-classification" && !(Number.isSafeInteger(head.labels) && head.labels > 0)) {
    throw new InputError("E_CONFIG", `labels must be a positive integer, got ${head.labels}`);
  }
  return head;
}

function isOneOf<T extends string>(names: readonly T[], value: unknown): value is T {
  return (names as readonly unknown[]).includes(value);
}
