import type { CatalogueModel } from "./catalogue-model.ts";
import { encoderModels } from "./encoders.ts";
import { gemmaModels } from "./gemma.ts";
import { layernormModels } from "./layernorm.ts";
import { llamaModels } from "./llama.ts";
import { mistralModels } from "./mistral.ts";
import { otherModels } from "./others.ts";
import { qwenModels } from "./qwen.ts";

/** Published models whose shapes are known without their files. */
export const catalogueModels: readonly CatalogueModel[] = [
  ...llamaModels,
  ...mistralModels,
  ...qwenModels,
  ...gemmaModels,
  ...layernormModels,
  ...otherModels,
  ...encoderModels,
];

const byName = new Map(
  catalogueModels.flatMap((model) =>
    [model.id, ...model.aliases].map((name) => [name.toLowerCase(), model] as const),
  ),
);

/** The model of this id or alias, in capitals or not; undefined where there is none. */
export function findCatalogueModel(name: string): CatalogueModel | undefined {
  return byName.get(name.toLowerCase());
}
