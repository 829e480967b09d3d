import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@lorank/core";
import { readJsonObject } from "./json.ts";
import { openSafetensors, type TensorSource } from "./safetensors-file.ts";
import { sha256OfBytes, sha256OfFile } from "./sha256.ts";
import { openShards, SHARD_INDEX, shardFiles } from "./shards.ts";

/** A model's `config.json` and the SHA-256 of its bytes. */
export interface ModelConfig {
  readonly config: Record<string, unknown>;
  readonly sha256: string;
}

const CONFIG = "config.json";
const WEIGHTS = "model.safetensors";

/** @throws InputError E_FILE when the file cannot be read, E_JSON when it is not a JSON object; both name it. */
export function readModelConfig(folder: string): ModelConfig {
  const { value, bytes } = readJsonObject(join(folder, CONFIG));
  return { config: value, sha256: sha256OfBytes(bytes) };
}

/**
 * Opens the weights of a model: one `model.safetensors`, or the shards of `model.safetensors.index.json`.
 *
 * @throws InputError E_MODEL when neither is there or a shard is missing, E_SAFETENSORS when one is broken.
 */
export function openModelWeights(folder: string): TensorSource {
  return weightsLayout(folder) === "one-file" ? openSafetensors(join(folder, WEIGHTS)) : openShards(folder);
}

/**
 * One digest of what determines a model's numbers: its `config.json` and its weights, all shards included. It is the
 * SHA-256 of the list that `sha256sum` would print for these files, sorted by name.
 *
 * @throws InputError as {@link readModelConfig} and {@link openModelWeights} do.
 */
export function modelSha256(folder: string): string {
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
