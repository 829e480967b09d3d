import { InputError } from "@lorank/core";
import { configText } from "../config-text.ts";
import { ggufConfigIn, ggufWeightsIn } from "../gguf/open.ts";
import { isGgufPath } from "../gguf-path.ts";
import { folderAndFile } from "../path.ts";
import { safetensorsIn } from "../safetensors/open.ts";
import { sha256OfBytes } from "../sha256.ts";
import type { TensorSource } from "../tensor.ts";
import { type ModelSource, openWhole, readJsonFile, readWholeFile } from "./model-source.ts";
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
export function modelConfig(model: ModelSource): ModelConfig {
  if (isGgufPath(model.path)) {
    const config = ggufConfigIn(openWhole(model));
    return { config, sha256: sha256OfBytes(JSON.stringify(config)) };
  }
  const { value, bytes } = readJsonFile(model, CONFIG);
  return { config: value, sha256: sha256OfBytes(bytes) };
}

/** The text of a model's `config.json`, as it is written; of a GGUF, what it would be. */
export function modelConfigText(model: ModelSource): string {
  const { config } = modelConfig(model); // it is an object
  return isGgufPath(model.path)
    ? configText(config)
    : new TextDecoder("utf-8", { ignoreBOM: true }).decode(readWholeFile(model, CONFIG));
}

/**
 * Opens the weights of a model: a folder's `model.safetensors`, or the shards of its `model.safetensors.index.json`, or
 * a `.gguf` file, whose tensors get their Hugging Face names, shapes and values.
 *
 * @throws InputError E_MODEL when a folder has neither or a shard is missing, E_SAFETENSORS or E_GGUF when one is broken.
 */
export function modelWeights(model: ModelSource): TensorSource {
  if (isGgufPath(model.path)) return ggufWeightsIn(openWhole(model));
  return weightsLayout(model) === "one-file" ? safetensorsIn(model.open(WEIGHTS)) : openShards(model);
}

/**
 * One digest of what determines a model's numbers: that of a `.gguf` file, or for a folder its `config.json` and its
 * weights, all shards included: the SHA-256 of the list that `sha256sum` would print for these files, sorted by name.
 *
 * @throws InputError as {@link modelConfig} and {@link modelWeights} do.
 */
export function modelDigest(model: ModelSource): string {
  if (isGgufPath(model.path)) return model.sha256(folderAndFile(model.path).file);
  const digests = new Map([[CONFIG, modelConfig(model).sha256]]);
  const weights = weightsLayout(model) === "one-file" ? [WEIGHTS] : [SHARD_INDEX, ...shardFiles(model)];
  for (const file of weights) digests.set(file, model.sha256(file));
  const lines = [...digests.keys()].sort().map((file) => `${digests.get(file)}  ${file}\n`);
  return sha256OfBytes(lines.join(""));
}

function weightsLayout(model: ModelSource): "one-file" | "shards" {
  if (model.has(WEIGHTS)) return "one-file";
  if (model.has(SHARD_INDEX)) return "shards";
  throw new InputError(
    "E_MODEL",
    `${model.path} must hold ${WEIGHTS} or ${SHARD_INDEX}, got neither\n` +
      "Weights in another format (pytorch_model.bin is a pickle and is never read) must be converted to safetensors.",
  );
}
