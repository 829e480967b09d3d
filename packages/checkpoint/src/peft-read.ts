import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@lorank/core";
import { ADAPTER_CLASSES, ADAPTER_CONFIG, ADAPTER_WEIGHTS } from "./files/peft-folder.ts";
import { readSafetensors } from "./files/safetensors-file.ts";
import { readJsonObject } from "./json.ts";
import type { PeftAdapter } from "./peft/adapter.ts";
import { classNamesProblem, namesById } from "./peft/class-names.ts";
import { parsePeftConfig } from "./peft/config.ts";
import { layersAndHeads } from "./peft/keys.ts";
import { shown } from "./text.ts";

/**
 * Reads an adapter folder written by PEFT, or by {@link writePeftAdapter}. F16 and BF16 are widened to float32.
 * Where `target_modules` is a regular expression, or other fields narrow it, `targetModules` are the whole paths of the
 * layers found.
 *
 * @throws InputError E_FILE, E_JSON, E_SAFETENSORS naming the file; E_PEFT listing all that is not supported.
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
  const { layers, heads } = layersAndHeads(readSafetensors(weightsPath), config, weightsPath);
  const { modulesToSave, targetModules, targetsNarrowed, rankOf, alphaOf, ...facts } = config;
  const named = typeof targetModules !== "string" && !targetsNarrowed;
  const targets = named ? [...targetModules] : [...layers.keys()];
  const classNames = readClassNames(join(folder, ADAPTER_CLASSES), heads);
  return { ...facts, targetModules: targets.sort(), layers, heads, ...(classNames && { classNames }) };
}

function readClassNames(path: string, heads: PeftAdapter["heads"]): readonly string[] | undefined {
  if (!existsSync(path)) return undefined;
  const { value } = readJsonObject(path);
  const classNames = namesById(value);
  const problem =
    classNames === undefined
      ? `it must name every class by its id from 0 on, got ${shown(value)}`
      : classNamesProblem({ classNames, heads });
  if (problem !== undefined) throw new InputError("E_PEFT", `${path}: ${problem}`);
  return classNames;
}
