import { existsSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { modelSha256, openModelWeights, readModelConfig } from "@lorank/checkpoint";
import { type BaseWeights, InputError, modelShapeFromConfig, type Results } from "@lorank/core";
import { modelFolder as starterFolder } from "@lorank/starter";
import { assertWeights, type Family, familyOf, type HeadModule } from "@lorank/train";
import { defaults, randomBaseSeed } from "../defaults.ts";

export interface BaseModel {
  readonly folder: string;
  readonly family: Family;
  readonly base: BaseWeights;
  readonly model: Results["model"];
}

/**
 * Finds a base model whose family is known here. Reads the weights' bytes for their digest, and keeps none of them.
 *
 * @throws InputError of the file that is wrong.
 */
export function findBaseModel(name: string, weights: "pretrained" | "random"): BaseModel {
  const folder = modelFolder(name);
  const { config, sha256 } = readModelConfig(folder);
  const family = familyOf(config);
  const shape = modelShapeFromConfig(config);
  const shown = name === defaults.model ? name : basename(resolve(folder));
  return {
    folder,
    family,
    base:
      weights === "random"
        ? { kind: "random", name: shown, configSha256: sha256, seed: randomBaseSeed }
        : { kind: "pretrained", name: shown, sha256: modelSha256(folder) },
    model: {
      name: shown,
      totalParams: shape.totalParams,
      layers: shape.layers,
      hiddenSize: shape.hiddenSize,
    },
  };
}

function modelFolder(name: string): string {
  if (name === defaults.model) return starterFolder;
  if (existsSync(name) && statSync(name).isDirectory()) {
    if (existsSync(join(name, "config.json"))) return name;
    throw new InputError("E_MODEL", `model must be a folder with a config.json, got ${name}`);
  }
  throw new InputError("E_MODEL", `model must be starter or a model folder, got ${name}${hubAdvice(name)}`);
}

/** People know models by their hub ids. */
export function hubAdvice(name: string): string {
  if (!/^[\w.-]+\/[\w.-]+$/.test(name)) return "";
  return `\nIf that is a hub id: hf download ${name} --local-dir ${name.split("/")[1]}`;
}

/** Throws E_WEIGHTS unless the model's weights are whole and of the right shapes for what follows its last block. */
export function checkWeights({ family, base, folder }: BaseModel, head: HeadModule): void {
  if (base.kind === "random") return;
  const source = openModelWeights(folder);
  try {
    assertWeights(family, head, source, folder);
  } finally {
    source.close();
  }
}
