import { type ModelSource, modelConfig, modelDigest, modelWeights } from "@lorank/checkpoint";
import { modelShapeFromConfig } from "@lorank/core";
import type { BaseWeights, ModelSummary } from "@lorank/core/results";
import { assertWeights } from "../base/base.ts";
import { lastPart } from "../data/data-options.ts";
import { trainDefaults } from "../defaults.ts";
import { familyOf } from "../families/families.ts";
import type { Family, HeadModule } from "../families/family.ts";
import type { TrainingSettings } from "./settings.ts";

/** Seed of the weights that `weights: "random"` draws. Fixed, so that all trainings over a config share their base. */
const randomBaseSeed = 0;

/** SHA-256 of the `config.json` of `@lorank/starter`: it is known by its shapes, wherever its folder is. */
const starterConfigSha256 = "1be1bd3759a49cbe527f643ae40c4fae2a9d1ee197c99b28b27801c7976d8267";

export interface BaseModel {
  readonly source: ModelSource;
  /** Learning rate of AdamW where the settings have none. */
  readonly usualLearningRate: number;
  readonly family: Family;
  readonly base: BaseWeights;
  readonly model: ModelSummary;
}

/**
 * The base model in `source`, of a family that can be trained. Reads the weights' bytes for their digest, and keeps none.
 *
 * @throws InputError that names the file that is wrong; E_MODEL_TYPE lists the families.
 */
export function readBaseModel(
  source: ModelSource,
  { model: name, weights = trainDefaults.weights, quantization }: TrainingSettings,
): BaseModel {
  const { config, sha256 } = modelConfig(source);
  const shape = modelShapeFromConfig(config);
  const shown = source.path === name ? lastPart(source.place ?? name) : name;
  const isStarter = sha256 === starterConfigSha256;
  return {
    source,
    usualLearningRate: isStarter ? trainDefaults.starterLearningRate : trainDefaults.learningRate,
    family: familyOf(config),
    base: {
      ...(weights === "random"
        ? { kind: "random", name: shown, configSha256: sha256, seed: randomBaseSeed }
        : { kind: "pretrained", name: shown, sha256: modelDigest(source) }),
      ...(quantization ? { quantization } : {}),
    },
    model: {
      name: shown,
      totalParams: shape.totalParams,
      layers: shape.layers,
      hiddenSize: shape.hiddenSize,
    },
  };
}

/** Throws E_WEIGHTS unless the model's weights are whole and of the right shapes for what follows its last block. */
export function checkWeights({ family, base, source: model }: BaseModel, head: HeadModule): void {
  if (base.kind === "random") return;
  const source = modelWeights(model);
  try {
    assertWeights(family, head, source, model.path, base.quantization);
  } finally {
    source.close();
  }
}
