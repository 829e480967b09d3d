import { type TrainableModel, type TrainableModelType, trainableModelFromConfig } from "@lorank/core/models";
import { decoder, gpt2 } from "./decoder.ts";
import { encoder } from "./encoder.ts";
import type { Family } from "./family.ts";

const graphs: Readonly<Record<TrainableModelType, (model: TrainableModel) => Family>> = {
  llama: decoder,
  mistral: decoder,
  qwen2: decoder,
  qwen3: decoder,
  gemma2: decoder,
  gemma3_text: decoder,
  phi3: decoder,
  gpt2,
  bert: encoder,
  roberta: encoder,
  distilbert: encoder,
};

/** Model family for a `config.json`. Throws E_MODEL_TYPE with the supported types, E_CONFIG with every wrong field. */
export function familyOf(config: Readonly<Record<string, unknown>>): Family {
  const model = trainableModelFromConfig(config);
  return graphs[model.modelType](model);
}
