import { modelSha256, openModelWeights, readModelConfig } from "@lorank/checkpoint/files";
import { type BaseQuantization, type BaseWeights, modelShapeFromConfig, type Results } from "@lorank/core";
import { assertWeights, type Family, familyOf, type HeadModule } from "@lorank/train";
import { randomBaseSeed } from "../defaults.ts";
import { resolveModelPath, shownModelName } from "../model/resolve.ts";
import type { OutputFlags } from "../output.ts";

export interface BaseModel {
  /** Of a folder, or of a `.gguf` file. */
  readonly path: string;
  readonly family: Family;
  readonly base: BaseWeights;
  readonly model: Results["model"];
}

export interface AskedBase {
  readonly name: string;
  readonly weights: "pretrained" | "random";
  readonly quantization: BaseQuantization | undefined;
}

/**
 * Finds a base model of a family that can be trained: `starter`, a folder, a `.gguf` file, or a hub id, which is fetched
 * unless it is cached, its config first, so that nobody waits for weights that are of no use. Reads the weights' bytes
 * for their digest, and keeps none of them.
 *
 * @throws InputError of the name or the file that is wrong; E_MODEL_TYPE lists the families.
 */
export async function findBaseModel(
  { name, weights, quantization }: AskedBase,
  flags: OutputFlags,
): Promise<BaseModel> {
  familyOf(readModelConfig(await resolveModelPath(name, flags, { files: "config" })).config);
  const path = await resolveModelPath(name, flags);
  const { config, sha256 } = readModelConfig(path);
  const shape = modelShapeFromConfig(config);
  const shown = shownModelName(name, path);
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
