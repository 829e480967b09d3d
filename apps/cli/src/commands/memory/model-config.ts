import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { InputError, isInputError, nearest, parseJson } from "@lorank/core";
import { matchCatalogueModel, type StoredFormat } from "@lorank/core/memory";
import { modelShapeFromConfig, modelTypes } from "@lorank/core/models";
import { resolveModelPath, shownModelName } from "../../model/resolve.ts";
import type { Display } from "../../output.ts";
import { builtInModel, orNearestBuiltIn } from "./built-in-models.ts";
import type { ReadConfig } from "./read-training-config.ts";

export interface NamedConfig {
  readonly name: string;
  readonly config: unknown;
  /** Sentence on an assumption about the model's name or config. */
  readonly taken?: string;
  /** Marks a built-in config, reduced to fields on which shapes depend. */
  readonly builtIn?: true;
  /** Format of a published copy's weights, by its name. */
  readonly stored?: StoredFormat & { readonly name: string };
  /** Names of sizes in the config that the assumed model type does not use. */
  readonly leftOut?: readonly string[];
}

/**
 * Reads a model's config or a JSON file; from the hub only the config is fetched. `as`: type for an unknown
 * `model_type`.
 */
export async function readConfig(
  model: string,
  display: Display,
  as: string | undefined,
  isOfConfig = false,
): Promise<NamedConfig> {
  const found = (isOfConfig ? byFolder(model) : undefined) ?? (await findConfig(model, display));
  return { ...found, ...readAs(found.config, as) };
}

/** Folders in which training configs keep models, and paths that no hub id has. */
const folders =
  /^([.~]{0,2}[\\/]|[a-z]:[\\/]|\.\.?[\\/])|[\\/].*[\\/]|^((base|hf|pretrained)_)?(models?|checkpoints?|ckpts?|llms?|weights)\//i;

/** Built-in model of a training config's folder that is on another machine, by the folder's name. */
function byFolder(folder: string): NamedConfig | undefined {
  if (!folders.test(folder) || existsSync(folder)) return undefined;
  const last = folder.split(/[\\/]/).findLast((part) => part !== "") ?? "";
  const match = matchCatalogueModel(last);
  if (match === undefined) return undefined;
  const { id, config } = match.model;
  return {
    ...{ name: id, config, builtIn: true },
    taken: `${folder} is not here, and is taken as ${id} by its name.`,
    ...(match.stored && { stored: { ...match.stored, name: last } }),
  };
}

async function findConfig(model: string, display: Display): Promise<NamedConfig> {
  if (fileName.test(model) && !existsSync(model))
    throw new InputError(
      "E_FILE",
      `model must be a model's name or a file that exists, got ${model}: there is no such file`,
    );
  if (statSync(model, { throwIfNoEntry: false })?.isFile() && !/\.gguf$/i.test(model)) {
    const name = basename(model) === "config.json" ? basename(dirname(resolve(model))) : basename(model);
    return { name, config: readJson(model) };
  }
  const builtIn = builtInModel(model);
  if (builtIn !== undefined) {
    const { exact, stored } = builtIn;
    const { id, config } = builtIn.model;
    const taken = `${model} is taken as ${id}: tuned variants and copies have the same sizes.`;
    return {
      ...{ name: id, config, builtIn: true },
      ...(!exact && { taken }),
      ...(stored && { stored: { ...stored, name: model } }),
    };
  }
  const path = await orNearestBuiltIn(model, () => resolveModelPath(model, display, { files: "config" }));
  const { modelConfig } = await import("@lorank/checkpoint");
  const { modelAt } = await import("@lorank/checkpoint/files");
  return { name: shownModelName(model, path), config: modelConfig(modelAt(path)).config };
}

/** Fields of a model's config, or of an object in it; undefined for anything else. */
export function fieldsIn(config: unknown): Readonly<Record<string, unknown>> | undefined {
  const isObject = typeof config === "object" && config !== null && !Array.isArray(config);
  return isObject ? (config as Readonly<Record<string, unknown>>) : undefined;
}

export function maxPositionsOf(config: unknown): number | undefined {
  const fields = fieldsIn(config) ?? {};
  const rows = ["max_position_embeddings", "n_positions"].map((name) => fields[name]);
  const found = rows.find((value): value is number => Number.isSafeInteger(value) && (value as number) > 0);
  const isRoberta = /roberta$/.test(String(fields.model_type));
  return found !== undefined && isRoberta ? found - PADDING_POSITIONS : found;
}

/** Rows of RoBERTa's table up to the padding token's. Source: transformers 5.24, `create_position_ids_from_input_ids` */
const PADDING_POSITIONS = 2;

/** File extensions, in which no hub model's name ends. */
const fileName = /\.(json|ya?ml|csv|jsonl|txt)$/i;

function readJson(path: string): unknown {
  try {
    return parseJson(readFileSync(path, "utf8"), path, "E_MODEL");
  } catch (cause) {
    if (isInputError(cause) && /\.json$/i.test(path)) throw cause;
    if (isInputError(cause))
      throw new InputError(
        "E_MODEL",
        `model must be a config.json, a .gguf file or a training config (.yaml, .json) if it is a file, got ${path}, which is not JSON`,
        { cause },
      );
    throw new InputError("E_MODEL", `${path} must be a file that can be read: ${(cause as Error).message}`, {
      cause,
    });
  }
}

type ReadAs = Pick<NamedConfig, "config" | "taken" | "leftOut">;

/**
 * Reads a config with unknown `model_type` as a known type (`--as`).
 * @throws E_CONFIG for an unknown type without `--as`, with a suggestion; for an unknown or needless `--as`.
 */
export function readAs(config: unknown, as: string | undefined): ReadAs {
  const fields = fieldsIn(config);
  const type = fields?.model_type;
  const isKnown = modelTypes.some((each) => each === type);
  if (as === undefined) {
    if (isKnown || fields === undefined) return { config };
    throw unknownType(type);
  }
  if (!modelTypes.some((each) => each === as)) {
    const meant = nearest(as, modelTypes);
    throw new InputError(
      "E_CONFIG",
      `--as must be ${modelTypes.join(", ")}, got ${as}${meant === undefined ? "" : `. Did you mean ${meant}?`}`,
    );
  }
  if (type === as) return { config };
  if (isKnown)
    throw new InputError(
      "E_CONFIG",
      `--as must be left out for a model_type that is known, got ${as} for ${type}`,
    );
  if (fields === undefined) return { config };
  const taken = { ...fields, model_type: as };
  const leftOut = unreadSizes(taken).map((key) => `${key} ${fields[key]}`);
  const unread =
    leftOut.length === 0 ? "" : ` ${as} has no such sizes, and they are left out: ${leftOut.join(", ")}.`;
  const own = type === undefined ? "which names no model_type" : `of type ${type}`;
  return {
    config: taken,
    taken: `The config, ${own}, is read as ${as} (--as): right only if its fields mean the same there.${unread}`,
    ...(leftOut.length > 0 && { leftOut }),
  };
}

function unknownType(type: unknown): InputError {
  const got = type === undefined ? "no such field" : JSON.stringify(type);
  return new InputError(
    "E_CONFIG",
    `model config: model_type must be one of ${modelTypes.join(", ")}, got ${got}. ` +
      "A model that is built like one of these can be read as it: --as llama, or with experts --as qwen3_moe",
  );
}

const noSize =
  /_id$|_ids$|eps|theta|range|dropout|scal|multiplier|softcap|capping|window|position|factor|std|prob|version|coef|beta|temperature|length|_tp$|_base$/i;

/** Positive integers in a config that might be sizes but do not affect its shape. */
function unreadSizes(config: Readonly<Record<string, unknown>>): string[] {
  const read = new Set<PropertyKey>();
  const watched = new Proxy(config, {
    get(fields, key) {
      read.add(key);
      return fields[key as string];
    },
  });
  modelShapeFromConfig(watched);
  return Object.entries(config)
    .filter(
      ([key, value]) =>
        Number.isSafeInteger(value) && (value as number) > 0 && !read.has(key) && !noSize.test(key),
    )
    .map(([key]) => key);
}

export interface Named {
  readonly model: string;
  readonly modelFrom: string;
  readonly training?: { readonly file: string; readonly config: ReadConfig };
}

/**
 * Models that the arguments name, each with the training config. Without a model, the config must name it.
 * @throws E_CONFIG for two training configs, or for one among several models; E_MODEL without a model; as readers of
 * configs.
 */
export async function whatIsNamed(
  names: readonly string[],
  configFlag: string | undefined,
): Promise<readonly [Named, ...Named[]]> {
  const [first, ...others] = names;
  if (others.length > 0) await refuseTrainingConfigs(names);
  const named: [Named, ...Named[]] = [await nameOf(first, configFlag)];
  for (const model of others) named.push(await nameOf(model, configFlag));
  return named;
}

/** Reader of training configs, loaded for a file that may be one: it knows all tools' keys. */
const trainingConfigs = () => import("./read-training-config.ts");

/** Tests if a file must be a training config: any YAML, or JSON with a tool's keys. */
export async function isTrainingConfig(path: string): Promise<boolean> {
  if (!/\.(json|ya?ml)$/i.test(path) || !statSync(path, { throwIfNoEntry: false })?.isFile()) return false;
  return !/\.json$/i.test(path) || (await trainingConfigs()).hasToolKeys(path);
}

async function refuseTrainingConfigs(names: readonly string[]): Promise<void> {
  for (const name of names)
    if (await isTrainingConfig(name))
      throw new InputError(
        "E_CONFIG",
        `models must be models where there are several, got the training config ${name}`,
      );
}

/** Refuses a training script, which is not run or read, with the flags that say what it sets. */
function refuseScript(field: string, path: string | undefined): void {
  if (path === undefined || !/\.(py|ipynb|sh)$/i.test(path)) return;
  throw new InputError(
    "E_CONFIG",
    `${field} must be a model or a tool's config, got the script ${path}, which is not read. Flags say what it sets, ` +
      "such as Unsloth's model_name, load_in_4bit, r, target_modules, per_device_train_batch_size and max_seq_length:\n" +
      "lorank memory MODEL --profile unsloth --method qlora --ranks 16 --targets all-linear --micro-batch 2 --seq 2048\n" +
      "A script on TRL has --profile trl in its place.",
  );
}

async function nameOf(argument: string | undefined, configFlag: string | undefined): Promise<Named> {
  refuseScript("model", argument);
  refuseScript("--config", configFlag);
  const alone = argument !== undefined && (await isTrainingConfig(argument));
  if (alone && configFlag !== undefined) {
    throw new InputError(
      "E_CONFIG",
      `model must be a model where --config names a training config, got ${argument}, which is one too`,
    );
  }
  const file = alone ? argument : configFlag;
  const training =
    file === undefined ? undefined : { file, config: (await trainingConfigs()).readTrainingConfig(file) };
  const model = alone || argument === undefined ? training?.config.model : argument;
  if (model === undefined) {
    const why =
      file === undefined
        ? "got none; --list prints the built-in ones"
        : `${file} names none that is known here`;
    throw new InputError("E_MODEL", `model must be given, with or without a training config: ${why}`);
  }
  const ofFile = alone || argument === undefined;
  const modelFrom = ofFile ? (training?.config.origins.model ?? "") : "the command line";
  return { model, modelFrom, ...(training && { training }) };
}
