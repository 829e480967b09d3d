import { firstOf, InputError } from "@lorank/core";
import { configText } from "../config-text.ts";
import { ggufConfigIn, ggufWeightsIn } from "../gguf/open.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import { folderAndFile, isGgufPath } from "../path.ts";
import { namesById } from "../peft/adapter.ts";
import type { SafetensorsInfo } from "../safetensors/header.ts";
import { type SafetensorsFile, safetensorsIn } from "../safetensors/open.ts";
import { sha256Hex } from "../sha256.ts";
import { type TensorSource, tensorInfo } from "../tensor.ts";
import { listed, quoted, shown } from "../text.ts";
import { type ModelSource, openWhole, readJsonFile, readWholeFile } from "./model-source.ts";

export interface ModelConfig {
  readonly config: Record<string, unknown>;
  /** SHA-256 of `config.json`'s bytes; for a GGUF, of the equivalent config as JSON. */
  readonly sha256: string;
  /** Class names in `id2label` by id; undefined unless every id from 0 on has a name. */
  readonly classNames: readonly string[] | undefined;
}

const CONFIG = "config.json";
const WEIGHTS = "model.safetensors";

/**
 * Reads the config in a model folder, or a `.gguf` file's equivalent.
 *
 * @throws InputError E_FILE when unreadable, E_JSON when no JSON object, E_GGUF when metadata is missing or wrong. All
 * name the file.
 */
export function modelConfig(model: ModelSource): ModelConfig {
  const { value: config, bytes } = isGgufPath(model.path) ? configOfGguf(model) : readJsonFile(model, CONFIG);
  return { config, sha256: sha256Hex(bytes), classNames: namesById(config.id2label) };
}

function configOfGguf(model: ModelSource): { readonly value: JsonObject; readonly bytes: string } {
  const value = ggufConfigIn(openWhole(model));
  return { value, bytes: JSON.stringify(value) };
}

const GENERATION = "generation_config.json";

/**
 * Ids of tokens that end a generated text: `eos_token_id` in `generation_config.json`, or else in the config.
 *
 * @throws InputError E_CONFIG for neither a token id nor a list of ids; as {@link modelConfig}.
 */
export function modelEndTokens(model: ModelSource): readonly number[] {
  const isThere = !isGgufPath(model.path) && model.has(GENERATION);
  const config = isThere ? readJsonFile(model, GENERATION).value : modelConfig(model).config;
  const found = config.eos_token_id ?? [];
  const ids: unknown[] = Array.isArray(found) ? found : [found];
  if (ids.every((id): id is number => Number.isInteger(id) && (id as number) >= 0)) return ids;
  const file = isThere ? model.pathOf(GENERATION) : model.path;
  const rule = "a token id or a list of them";
  throw new InputError("E_CONFIG", `${file}: eos_token_id must be ${rule}, got ${shown(found)}`);
}

/** Text of a model's `config.json`; for a GGUF, the equivalent. */
export function modelConfigText(model: ModelSource): string {
  const { config } = modelConfig(model);
  return isGgufPath(model.path)
    ? configText(config)
    : new TextDecoder("utf-8", { ignoreBOM: true }).decode(readWholeFile(model, CONFIG));
}

/**
 * Opens a model's weights: a folder's `model.safetensors`, the shards in `model.safetensors.index.json`, or a `.gguf`
 * file, under Hugging Face names, shapes and values.
 *
 * @throws InputError E_MODEL when a folder has neither or a shard is missing, E_SAFETENSORS or E_GGUF when a file is
 * broken.
 */
export function modelWeights(model: ModelSource): TensorSource {
  if (isGgufPath(model.path)) return ggufWeightsIn(openWhole(model));
  return weightsLayout(model) === "one-file" ? safetensorsIn(model.open(WEIGHTS)) : openShards(model);
}

/**
 * Digest over everything that determines a model's numbers: the `.gguf` file, or a folder's `config.json` and weights.
 * For a folder, it is the SHA-256 of `sha256sum`'s output for these files, sorted by name.
 *
 * @throws InputError as {@link modelConfig} and {@link modelWeights} do.
 */
export function modelDigest(model: ModelSource): string {
  if (isGgufPath(model.path)) return model.sha256(folderAndFile(model.path).file);
  const digests = new Map([[CONFIG, modelConfig(model).sha256]]);
  const weights = weightsLayout(model) === "one-file" ? [WEIGHTS] : [SHARD_INDEX, ...shardFiles(model)];
  for (const file of weights) digests.set(file, model.sha256(file));
  const lines = [...digests.keys()].sort().map((file) => `${digests.get(file)}  ${file}\n`);
  return sha256Hex(lines.join(""));
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

/** Shard index file, with each tensor's shard: `{ "weight_map": { "<tensor>": "<file>" } }`. */
export const SHARD_INDEX = "model.safetensors.index.json";

/** Shards the index lists, sorted, existing or not. */
export function listedShards(model: ModelSource): string[] {
  return shardNames(readWeightMap(model));
}

/** Shards in a model folder, sorted; all exist. */
export function shardFiles(model: ModelSource): string[] {
  return existingShards(model, readWeightMap(model));
}

/**
 * Opens all shards as one source. `byteOffset` counts from the start of the tensor's shard. Throws E_MODEL naming all
 * missing shards, or all tensors missing in their listed shard.
 */
function openShards(model: ModelSource): TensorSource {
  const weightMap = readWeightMap(model);
  const shards = new Map<string, SafetensorsFile>();
  const close = () => {
    for (const shard of shards.values()) shard.close();
  };
  try {
    for (const file of existingShards(model, weightMap)) shards.set(file, safetensorsIn(model.open(file)));
    const tensors = joinTensors(model.path, weightMap, shards);
    const shardOf = (name: string): SafetensorsFile => {
      tensorInfo(tensors, name, model.pathOf(SHARD_INDEX));
      return shards.get(weightMap.get(name)!)!;
    };
    return {
      tensors,
      readFloat32: (name) => shardOf(name).readFloat32(name),
      readBytes: (name) => shardOf(name).readBytes(name),
      keptInFile: (name) => shardOf(name).keptInFile!(name),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function readWeightMap(model: ModelSource): Map<string, string> {
  const path = model.pathOf(SHARD_INDEX);
  const { weight_map: weightMap } = readJsonFile(model, SHARD_INDEX).value;
  if (!isJsonObject(weightMap)) {
    throw new InputError("E_MODEL", `${path}: weight_map must be an object, got ${shown(weightMap)}`);
  }
  const problems: string[] = [];
  const files = new Map<string, string>();
  for (const [name, file] of Object.entries(weightMap)) {
    if (isPlainFileName(file)) files.set(name, file);
    else problems.push(`shard of ${quoted(name)} must be a file name without a folder, got ${shown(file)}`);
  }
  if (problems.length > 0) throw new InputError("E_MODEL", `${path}:\n${listed(problems)}`);
  return files;
}

/** True for a file name that cannot leave the folder, under POSIX or Windows rules: the index is untrusted. */
function isPlainFileName(value: unknown): value is string {
  return typeof value === "string" && /^[^/\\:\p{Cc}]+$/u.test(value) && value !== "." && value !== "..";
}

function shardNames(weightMap: ReadonlyMap<string, string>): string[] {
  return [...new Set(weightMap.values())].sort();
}

function existingShards(model: ModelSource, weightMap: ReadonlyMap<string, string>): string[] {
  const files = shardNames(weightMap);
  const missing = files.filter((file) => !model.has(file));
  if (missing.length === 0) return files;
  const names = firstOf(missing.map(quoted), 8, ", ", ", ");
  throw new InputError(
    "E_MODEL",
    `${model.path} must hold the ${files.length} shards of ${SHARD_INDEX}, got all but ${missing.length}: ${names}`,
  );
}

function joinTensors(
  folder: string,
  weightMap: ReadonlyMap<string, string>,
  shards: ReadonlyMap<string, SafetensorsFile>,
): Map<string, SafetensorsInfo> {
  const tensors = new Map<string, SafetensorsInfo>();
  const problems: string[] = [];
  for (const [name, file] of weightMap) {
    const info = shards.get(file)?.tensors.get(name);
    if (info !== undefined) tensors.set(name, info);
    else problems.push(`tensor ${quoted(name)} must be in ${quoted(file)}, where ${SHARD_INDEX} puts it`);
  }
  if (problems.length > 0) throw new InputError("E_MODEL", `${folder}:\n${listed(problems)}`);
  return tensors;
}
