import type { CatalogueModel } from "./catalogue-model.ts";
import { encoderModels } from "./encoders.ts";
import { gemmaModels } from "./gemma.ts";
import { layernormModels } from "./layernorm.ts";
import { llamaModels } from "./llama.ts";
import { mistralModels } from "./mistral.ts";
import { otherModels } from "./others.ts";
import { qwenModels } from "./qwen.ts";

/** Published models whose shapes are known without their files. */
// Marked, so that a bundle without the catalogue has none of it.
export const catalogueModels: readonly CatalogueModel[] = /* @__PURE__ */ allModels();

/** The model of this id or alias, in capitals or not; undefined where there is none. */
export function findCatalogueModel(name: string): CatalogueModel | undefined {
  const wanted = name.toLowerCase();
  return catalogueModels.find(({ id, aliases }) =>
    [id, ...aliases].some((each) => each.toLowerCase() === wanted),
  );
}

function allModels(): readonly CatalogueModel[] {
  return [
    ...llamaModels(),
    ...mistralModels(),
    ...qwenModels(),
    ...gemmaModels(),
    ...layernormModels(),
    ...otherModels(),
    ...encoderModels(),
  ];
}
