import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { isGgufPath } from "../gguf-path.ts";
import { type ModelConfig, modelConfig, modelConfigText, modelDigest, modelWeights } from "../model/model.ts";
import type { ModelSource } from "../model/model-source.ts";
import type { TensorSource } from "../tensor.ts";
import { openFile } from "./descriptor.ts";
import { sha256OfFile } from "./sha256.ts";

/** The model at a path: of a folder, or of a `.gguf` file. Nothing is opened yet. */
export function modelAt(path: string): ModelSource {
  const pathOf = (file: string): string => (isGgufPath(path) ? path : join(path, file));
  return {
    path,
    place: resolve(path),
    pathOf,
    has: (file) => existsSync(pathOf(file)),
    open: (file) => openFile(pathOf(file)),
    sha256: (file) => sha256OfFile(pathOf(file)),
  };
}

/** The config of the model at a path; see `modelConfig`. */
export function readModelConfig(path: string): ModelConfig {
  return modelConfig(modelAt(path));
}

/** The text of a model's `config.json`, as it is written; of a GGUF, what it would be. */
export function readConfigText(path: string): string {
  return modelConfigText(modelAt(path));
}

/** Opens the weights of the model at a path; see `modelWeights`. */
export function openModelWeights(path: string): TensorSource {
  return modelWeights(modelAt(path));
}

/** One digest of what determines the numbers of the model at a path; see `modelDigest`. */
export function modelSha256(path: string): string {
  return modelDigest(modelAt(path));
}
