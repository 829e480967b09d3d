import { type ModelSource, modelConfig } from "@lorank/checkpoint";
import type { Task } from "@lorank/evidence/results";
import { type RankSize, rankSize } from "../base/trained-sizes.ts";
import { headOf } from "../base/trial-model.ts";
import { familyOf } from "../families/families.ts";
import type { LoraSettings } from "../spec.ts";
import { loraOf, type TrainingSettings, targetModulesOf } from "./settings.ts";

/**
 * Adapter of a rank for `settings` on a model: its settings with the layers' names, and its sizes.
 *
 * @throws InputError E_CONFIG for a pattern of digits alone, and as `rankSize`.
 */
export function adapterOn(
  source: ModelSource,
  task: Task,
  settings: TrainingSettings,
  rank: number,
): { readonly lora: LoraSettings; readonly size: RankSize } {
  const family = familyOf(modelConfig(source).config);
  const head = family.head(headOf(task));
  const targetModules = targetModulesOf(settings, head.shape);
  const lora = loraOf(settings, targetModules);
  return { lora, size: rankSize(family, head, { ...lora, rank }) };
}
