import { type ModelSource, modelConfig } from "@lorank/checkpoint";
import type { Task } from "@lorank/evidence/schema";
import { type RankSize, rankSize } from "../base/trained-sizes.ts";
import { headOf } from "../base/trial-model.ts";
import { familyOf } from "../families/families.ts";
import type { LoraSettings } from "../spec.ts";
import { loraOf, type TrainingSettings, targetModulesOf } from "./settings.ts";

/** Adapter's settings with the layers' names, and its sizes. */
export interface SizedAdapter {
  readonly lora: LoraSettings;
  readonly size: RankSize;
}

/**
 * Sizes adapters on one model, whose config is read once.
 *
 * @returns a function of settings and a rank. It throws InputError E_CONFIG for a pattern of digits alone, and as
 *   `rankSize`.
 */
export function adaptersOn(
  source: ModelSource,
  task: Task,
): (settings: TrainingSettings, rank: number) => SizedAdapter {
  const family = familyOf(modelConfig(source).config);
  const head = family.head(headOf(task));
  return (settings, rank) => {
    const lora = loraOf(settings, targetModulesOf(settings, head.shape));
    return { lora, size: rankSize(family, head, { ...lora, rank }) };
  };
}
