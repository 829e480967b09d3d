import { existsSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, isAbsolute, join } from "node:path";
import { InputError } from "@lorank/core";
import { type JsonObject, parseJsonObject } from "../json.ts";
import type { PeftAdapter } from "../peft/adapter.ts";
import { parsePeftConfig } from "../peft/config.ts";
import {
  ADAPTER_CLASSES,
  ADAPTER_CONFIG,
  ADAPTER_TRUNCATION,
  ADAPTER_WEIGHTS,
  adapterOf,
  peftAdapterFiles,
  withNotes,
} from "../peft/files.ts";
import type { NpmFolder } from "../peft/model-card.ts";
import { syncFolder, writeFileAtomic } from "./atomic-file.ts";
import { makeFolder } from "./atomic-folder.ts";
import { readJsonObject } from "./descriptor.ts";
import { readSafetensors } from "./safetensors-file.ts";

/**
 * Writes an adapter as PEFT's save_pretrained() does: `adapter_model.safetensors`, `adapter_config.json` and a short
 * `README.md`. A classifier's class names are in `id2label.json`, the length at which texts are cut in
 * `truncation.json`. The config is written last and removed first, so a folder that has it is whole.
 *
 * @throws InputError E_RANK when rank is not a positive integer (PEFT knows no rank 0), E_PEFT listing all unfit
 * layers. Then nothing is written.
 */
export function writePeftAdapter(folder: string, adapter: PeftAdapter): void {
  const files = peftAdapterFiles(adapter, npmPackageOf(adapter.baseModel));
  makeFolder(folder);
  rmSync(join(folder, ADAPTER_CONFIG), { force: true });
  // Leftovers may belong to a replaced adapter.
  for (const name of [ADAPTER_CLASSES, ADAPTER_TRUNCATION])
    if (!files.has(name)) rmSync(join(folder, name), { force: true });
  syncFolder(folder);
  for (const [name, content] of files) writeFileAtomic(join(folder, name), content);
}

/**
 * Reads an adapter folder from PEFT or {@link writePeftAdapter}. F16 and BF16 are widened to float32. Where
 * `target_modules` is a regular expression, or other fields narrow it, `targetModules` are the whole paths of the
 * layers found.
 *
 * @throws InputError E_FILE, E_JSON, E_SAFETENSORS naming the file; E_PEFT listing everything unsupported.
 */
export function readPeftAdapter(folder: string): PeftAdapter {
  const configPath = join(folder, ADAPTER_CONFIG);
  const weightsPath = join(folder, ADAPTER_WEIGHTS);
  const config = parsePeftConfig(readJsonObject(configPath).value, configPath);
  if (!existsSync(weightsPath) && existsSync(join(folder, "adapter_model.bin"))) {
    throw new InputError(
      "E_PEFT",
      `${folder} must hold ${ADAPTER_WEIGHTS}, got adapter_model.bin\n` +
        "That is a pickle, which is never read: convert it to safetensors.",
    );
  }
  const adapter = adapterOf(config, readSafetensors(weightsPath), weightsPath);
  const path = (name: string): string => join(folder, name);
  const object = (name: string) => (existsSync(path(name)) ? readJsonObject(path(name)).value : undefined);
  return withNotes(
    adapter,
    { classes: object(ADAPTER_CLASSES), truncation: object(ADAPTER_TRUNCATION) },
    path,
  );
}

/** npm package that contains a model folder: a package.json beside the folder lists it; else undefined. */
export function npmPackageOf(model: string): NpmFolder | undefined {
  const manifest = isAbsolute(model) ? readManifest(join(dirname(model), "package.json")) : undefined;
  const { name, version, files, private: isPrivate } = manifest ?? {};
  const folder = basename(model);
  if (isPrivate === true || !Array.isArray(files) || !files.includes(folder)) return undefined;
  return typeof name === "string" && typeof version === "string"
    ? { packageName: name, version, folder }
    : undefined;
}

function readManifest(path: string): JsonObject | undefined {
  try {
    return parseJsonObject(readFileSync(path, "utf8"), path);
  } catch {
    return undefined; // none, or not npm's
  }
}
