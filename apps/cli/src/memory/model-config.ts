import { readFileSync, statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { readModelConfig } from "@lorank/checkpoint/files";
import { InputError, isInputError, parseJson } from "@lorank/core";
import { resolveModelPath, shownModelName } from "../model/resolve.ts";
import type { Display } from "../output.ts";
import { builtInModel, orNearestBuiltIn } from "./built-in-models.ts";
import { readAs } from "./read-as.ts";

export interface ModelConfig {
  readonly name: string;
  readonly config: unknown;
  /** What was taken for granted about name or config, in a sentence. */
  readonly taken?: string;
  /** The config is from the built-in list: it has the fields that shapes depend on, and no others. */
  readonly builtIn?: true;
}

/**
 * The config of a model, or the one that a JSON file holds. A built-in model needs no files. Of a model on the hub only
 * the config is fetched. `as`: the model type to read an unknown one as.
 */
export async function readConfig(
  model: string,
  display: Display,
  as: string | undefined,
): Promise<ModelConfig> {
  const found = await findConfig(model, display);
  return { ...found, ...readAs(found.config, as) };
}

async function findConfig(model: string, display: Display): Promise<ModelConfig> {
  if (statSync(model, { throwIfNoEntry: false })?.isFile() && !/\.gguf$/i.test(model)) {
    const name = basename(model) === "config.json" ? basename(dirname(resolve(model))) : basename(model);
    return { name, config: readJson(model) };
  }
  const builtIn = builtInModel(model);
  if (builtIn !== undefined) {
    const { id, config } = builtIn.model;
    const taken = `${model} is taken as ${id}: tuned variants have the same shapes.`;
    return { name: id, config, builtIn: true, ...(!builtIn.exact && { taken }) };
  }
  const path = await orNearestBuiltIn(model, () => resolveModelPath(model, display, { files: "config" }));
  return { name: shownModelName(model, path), config: readModelConfig(path).config };
}

/** The longest sequence that a model's config speaks of. */
export function maxPositionsOf(config: unknown): number | undefined {
  const fields = (config ?? {}) as Readonly<Record<string, unknown>>;
  const found = ["max_position_embeddings", "n_positions"].map((name) => fields[name]);
  return found.find((value): value is number => Number.isSafeInteger(value) && (value as number) > 0);
}

function readJson(path: string): unknown {
  try {
    return parseJson(readFileSync(path, "utf8"), path, "E_MODEL");
  } catch (cause) {
    if (isInputError(cause)) throw cause;
    throw new InputError("E_MODEL", `${path} must be a file that can be read: ${(cause as Error).message}`, {
      cause,
    });
  }
}
