import { catalogueModels } from "@lorank/core/memory";

/** A model to choose: its name, and the fields of its config.json that shapes depend on. */
export interface ListedModel {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

export const models: readonly ListedModel[] = catalogueModels().map(({ id, config }) => ({
  name: id,
  config,
}));

export const firstModel = "meta-llama/Llama-3.1-8B";
