import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@lorank/core";
import { configText } from "../config-text.ts";
import { isGgufPath } from "../gguf/path.ts";
import { openGgufWeights, readGgufConfig } from "./gguf-file.ts";
import { readJsonObject } from "./json-file.ts";
import { openSafetensors, type TensorSource } from "./safetensors-file.ts";
import { sha256OfBytes, sha256OfFile } from "./sha256.ts";
import { openShards, SHARD_INDEX, shardFiles } from "./shards.ts";

/** A model's `config.json`. */
export interface ModelConfig {
  readonly config: Record<string, unknown>;
  /** SHA-256 of its bytes; of a GGUF, which has no such file, that of the config as JSON. */
  readonly sha256: string;
}

const CONFIG = "config.json";
const WEIGHTS = "model.safetensors";

/**
 * The config of a model folder, or the Hugging Face config that the model in a `.gguf` file would have.
 *
 * @throws InputError E_FILE when the file cannot be read, E_JSON when it is not a JSON object, E_GGUF when metadata is
 *   missing or wrong; all name the file.
 */
export function readModelConfig(path: string): ModelConfig {
  if (isGgufPath(path)) {
    const config = readGgufConfig(path);
    return { config, sha256: sha256OfBytes(JSON.stringify(config)) };
  }
  const { value, bytes } = readJsonObject(join(path, CONFIG));
  return { config: value, sha256: sha256OfBytes(bytes) };
}

/** The text of a model's `config.json`, as it is written; of a GGUF, what it would be. */
export function readConfigText(model: string): string {
  const { config } = readModelConfig(model); // it is an object
  return isGgufPath(model) ? configText(config) : readFileSync(join(model, "config.json"), "utf8");
}

/**
 * Opens the weights of a model: a folder's `model.safetensors`, or the shards of its `model.safetensors.index.json`, or
 * a `.gguf` file, whose tensors get their Hugging Face names, shapes and values.
 *
 * @throws InputError E_MODEL when a folder has neither or a shard is missing, E_SAFETENSORS or E_GGUF when one is broken.
 */
export function openModelWeights(path: string): TensorSource {
  if (isGgufPath(path)) return openGgufWeights(path);
  return weightsLayout(path) === "one-file" ? openSafetensors(join(path, WEIGHTS)) : openShards(path);
}

/**
 * One digest of what determines a model's numbers: that of a `.gguf` file, or for a folder its `config.json` and its
 * weights, all shards included: the SHA-256 of the list that `sha256sum` would print for these files, sorted by name.
 *
 * @throws InputError as {@link readModelConfig} and {@link openModelWeights} do.
 */
export function modelSha256(path: string): string {
  if (isGgufPath(path)) return sha256OfFile(path);
  const folder = path;
  const digests = new Map([[CONFIG, readModelConfig(folder).sha256]]);
  const weights = weightsLayout(folder) === "one-file" ? [WEIGHTS] : [SHARD_INDEX, ...shardFiles(folder)];
  for (const file of weights) digests.set(file, sha256OfFile(join(folder, file)));
  const lines = [...digests.keys()].sort().map((file) => `${digests.get(file)}  ${file}\n`);
  return sha256OfBytes(lines.join(""));
}

function weightsLayout(folder: string): "one-file" | "shards" {
  if (existsSync(join(folder, WEIGHTS))) return "one-file";
  if (existsSync(join(folder, SHARD_INDEX))) return "shards";
  throw new InputError(
    "E_MODEL",
    `${folder} must hold ${WEIGHTS} or ${SHARD_INDEX}, got neither\n` +
      "Weights in another format (pytorch_model.bin is a pickle and is never read) must be converted to safetensors.",
  );
}
