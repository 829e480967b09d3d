import { existsSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { modelSha256, openModelWeights, readModelConfig } from "@lorank/checkpoint";
import { type BaseWeights, InputError, modelShapeFromConfig, type Results } from "@lorank/core";
import { modelFolder as starterFolder } from "@lorank/starter";
import { type Family, familyOf, weightShapes } from "@lorank/train";
import { defaults, randomBaseSeed } from "../defaults.ts";

export interface BaseModel {
  readonly folder: string;
  readonly family: Family;
  readonly base: BaseWeights;
  readonly model: Results["model"];
  /** Positions that the model was made for; undefined where its config does not say. */
  readonly maxPositions?: number;
}

/**
 * Finds a base model and checks that it can be trained here: its family is known and its weights are whole and of the
 * right shapes. Reads the weights' bytes for their digest, and keeps none of them.
 *
 * @throws InputError of the file that is wrong.
 */
export function findBaseModel(name: string, weights: "pretrained" | "random"): BaseModel {
  const folder = modelFolder(name);
  const { config, sha256 } = readModelConfig(folder);
  const family = familyOf(config);
  const shape = modelShapeFromConfig(config);
  const shown = name === defaults.model ? name : basename(resolve(folder));
  if (weights === "pretrained") checkWeights(family, folder);
  const { max_position_embeddings: maxPositions } = config;
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
    ...(typeof maxPositions === "number" ? { maxPositions } : {}),
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

function checkWeights(family: Family, folder: string): void {
  const source = openModelWeights(folder);
  try {
    const problems: string[] = [];
    for (const [name, shape] of weightShapes(family)) {
      const info = source.tensors.get(name);
      if (info === undefined) problems.push(`${name} is missing`);
      else if (info.shape.join() !== shape.join()) {
        problems.push(`${name} must be [${shape.join(", ")}], got [${info.shape.join(", ")}]`);
      }
    }
    if (problems.length > 0) throw new InputError("E_WEIGHTS", `${folder}: ${problems.join("; ")}`);
  } finally {
    source.close();
  }
}
