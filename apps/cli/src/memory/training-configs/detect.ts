import { statSync } from "node:fs";
import { InputError } from "@lorank/core";
import { readYaml } from "../../settings/read-yaml.ts";
import { axolotl } from "./axolotl.ts";
import { llamaFactory } from "./llama-factory.ts";
import { readFields } from "./read-fields.ts";
import { count, ownPaths, peftTargets, share, type ToolFields, text } from "./tool-fields.ts";
import { torchtune } from "./torchtune.ts";
import { ConfigFields, isRecord, type TrainingConfig, type TrainingTool } from "./training-config.ts";

/** PEFT's `adapter_config.json`. Source: peft 0.21.2, `config.py` and `tuners/lora/config.py`. */
const peft: ToolFields = {
  name: "PEFT",
  of: "PEFT",
  version: "0.21.2",
  keys: ["peft_type", "target_modules"],
  lookalikes: "eva_config use_rslora",
  rows: [
    ["peft_type", "method", (raw) => (raw === "LORA" ? "lora" : { must: "LORA" })],
    ["target_modules", "method", () => "lora" as const],
    ["base_model_name_or_path", "model", text],
    ["r", "rank", count, 8],
    ["lora_dropout", "dropout", share, 0],
    ["target_modules", "targets", peftTargets, { unread: "without target_modules they depend on the model" }],
  ],
  remarks: [[{}, "", "the file does not say the base's format, the batch, the length or the optimiser"]],
};

/** The tools. Among those that have as many keys of a file, the first is taken. */
export const tools: Readonly<Record<TrainingTool, ToolFields>> = {
  peft,
  torchtune,
  "llama-factory": llamaFactory,
  axolotl,
};

/**
 * Reads the config of a training run that PEFT, Axolotl, LLaMA-Factory or torchtune made or takes.
 *
 * @throws InputError E_FILE, E_YAML, or E_CONFIG with everything that is wrong, or with the keys that were looked for.
 */
export function readTrainingConfig(path: string): TrainingConfig {
  const content = readContent(path);
  const fields = new ConfigFields(isRecord(content) ? content : {});
  const tool = toolOf(fields);
  if (tool === undefined) throw unknownTool(path, content);
  const { config, problems } = readFields(fields, tool, tools);
  if (problems.length > 0) {
    throw new InputError("E_CONFIG", problems.map((problem) => `${path}: ${problem}`).join("\n"));
  }
  return config;
}

/** A file that can only be a training config: any YAML, and JSON with the keys of one. */
export function isTrainingConfig(path: string): boolean {
  if (!/\.(json|ya?ml)$/i.test(path) || !statSync(path, { throwIfNoEntry: false })?.isFile()) return false;
  if (!/\.json$/i.test(path)) return true;
  try {
    const content = readContent(path);
    return isRecord(content) && toolOf(new ConfigFields(content)) !== undefined;
  } catch {
    return false; // what cannot be read is reported as the model's config that it was taken for
  }
}

/** The tools read YAML 1.1, in which `yes` is true, and take the last of two equal keys. */
function readContent(path: string): unknown {
  return readYaml(path, "the training config", { version: "1.1", uniqueKeys: false });
}

/** The tool whose marks are there; among several, the one of which most keys of the file are. */
function toolOf(fields: ConfigFields): TrainingTool | undefined {
  const unknownTo = (tool: TrainingTool): number => {
    const own = ownPaths(tools[tool]);
    return fields.pathsIn("").filter((path) => !own.has(path)).length;
  };
  const [found] = (Object.keys(tools) as TrainingTool[])
    .filter((tool) => {
      const { keys, besides = keys } = tools[tool];
      return [keys, besides].every((each) => each.some((key) => fields.has(key)));
    })
    .sort((a, b) => unknownTo(a) - unknownTo(b));
  return found;
}

function unknownTool(path: string, content: unknown): InputError {
  const lookedFor = Object.values(tools).map(
    ({ name, keys, besides }) =>
      `${keys.join(" or ")}${besides ? ` with ${besides.join(" or ")}` : ""} (${name})`,
  );
  const found = isRecord(content) ? Object.keys(content) : [];
  const got = found.length === 0 ? "no keys" : `the keys ${found.slice(0, 12).join(", ")}`;
  return new InputError(
    "E_CONFIG",
    `${path} must be a training config with one of these keys: ${lookedFor.join("; ")}; ` +
      `got ${got}${found.length > 12 ? " …" : ""}`,
  );
}
