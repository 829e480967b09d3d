import { modelAt } from "@lorank/checkpoint/files";
import { type AdaptedModel, type AdaptedModelInputs, adaptedModel } from "../evaluate/adapted-model.ts";

export interface AdaptedModelOptions extends Omit<AdaptedModelInputs, "model"> {
  /** A folder or a `.gguf` file. */
  readonly modelPath: string;
}

/**
 * Loads a model and puts an adapter on it.
 *
 * @throws InputError E_TASK when neither adapter nor `task` says what the model is to do, E_HEAD when it is to classify
 *   and has no layer for it, E_ADAPTER when the adapter belongs to another model, E_WEIGHTS and E_CONFIG of the model.
 */
export function loadAdaptedModel({ modelPath, ...inputs }: AdaptedModelOptions): AdaptedModel {
  return adaptedModel({ ...inputs, model: modelAt(modelPath) });
}
