import { basename, resolve } from "node:path";
import { modelSha256, openModelWeights, readModelConfig } from "@lorank/checkpoint/files";
import { modelShapeFromConfig } from "@lorank/core";
import type { BaseWeights, ModelSummary } from "@lorank/core/results";
import { assertWeights } from "../base/base.ts";
import { trainDefaults } from "../defaults.ts";
import { familyOf } from "../families/families.ts";
import type { Family, HeadModule } from "../families/family.ts";
import type { TrainingSettings } from "./settings.ts";

/** Seed of the weights that `weights: "random"` draws. Fixed, so that all trainings over a config share their base. */
const randomBaseSeed = 0;

export interface BaseModel {
  /** Path of a model folder or of a `.gguf` file. */
  readonly path: string;
  readonly family: Family;
  readonly base: BaseWeights;
  readonly model: ModelSummary;
}

/**
 * The base model at `path`, of a family that can be trained. Reads the weights' bytes for their digest, and keeps none.
 *
 * @throws InputError that names the file that is wrong; E_MODEL_TYPE lists the families.
 */
export function readBaseModel(
  path: string,
  { model: name, weights = trainDefaults.weights, quantization }: TrainingSettings,
): BaseModel {
  const { config, sha256 } = readModelConfig(path);
  const shape = modelShapeFromConfig(config);
  const shown = path === name ? basename(resolve(path)) : name;
  return {
    path,
    family: familyOf(config),
    base: {
      ...(weights === "random"
        ? { kind: "random", name: shown, configSha256: sha256, seed: randomBaseSeed }
        : { kind: "pretrained", name: shown, sha256: modelSha256(path) }),
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
export function checkWeights({ family, base, path }: BaseModel, head: HeadModule): void {
  if (base.kind === "random") return;
  const source = openModelWeights(path);
  try {
    assertWeights(family, head, source, path, base.quantization);
  } finally {
    source.close();
  }
}
