import { statSync } from "node:fs";
import { InputError } from "@lorank/core";
import { readYaml } from "../../settings/read-yaml.ts";
import { readAxolotl } from "./axolotl.ts";
import { readLlamaFactory } from "./llama-factory.ts";
import { readPeft } from "./peft.ts";
import { Reading } from "./reading.ts";
import { readTorchtune } from "./torchtune.ts";
import type { Dialect, TrainingConfig } from "./training-config.ts";

interface DialectReader {
  readonly name: string;
  /** What tells it from the others: one of `keys`, and one of `besides` where there are any. */
  readonly keys: readonly string[];
  readonly besides?: readonly string[];
  readonly read: (reading: Reading) => void;
}

const dialects: Readonly<Record<Dialect, DialectReader>> = {
  peft: { name: "PEFT", keys: ["peft_type", "target_modules"], read: readPeft },
  torchtune: { name: "torchtune", keys: ["model._component_"], read: readTorchtune },
  "llama-factory": {
    name: "LLaMA-Factory",
    keys: ["model_name_or_path"],
    besides: ["finetuning_type", "lora_rank", "lora_target", "cutoff_len", "quantization_bit", "template"],
    read: readLlamaFactory,
  },
  axolotl: {
    name: "Axolotl",
    keys: ["base_model", "lora_r", "sequence_len"],
    read: readAxolotl,
  },
};

/** What people call a dialect. */
export function dialectName(dialect: Dialect): string {
  return dialects[dialect].name;
}

/**
 * Reads the config of a training run that PEFT, Axolotl, LLaMA-Factory or torchtune made or takes.
 *
 * @throws InputError E_FILE, E_YAML, or E_CONFIG with everything that is wrong, or with the keys that were looked for.
 */
export function readTrainingConfig(path: string): TrainingConfig {
  const content = readContent(path);
  const reading = new Reading(isRecord(content) ? content : {});
  const dialect = dialectOf(reading);
  if (dialect === undefined) throw unknownDialect(path, content);
  dialects[dialect].read(reading);
  if (reading.problems.length > 0) {
    throw new InputError("E_CONFIG", reading.problems.map((problem) => `${path}: ${problem}`).join("\n"));
  }
  remarkQuantizedModel(reading);
  return reading.finish(dialect);
}

/** A config says what is done to the model; what it is already, only the model's own config says. */
function remarkQuantizedModel(reading: Reading): void {
  const { model } = reading;
  if (
    model === undefined ||
    !/(^|[-_.])(gptq|awq|aqlm|bnb|nvfp4|mxfp4|fp8|[48]bit|int[48])([-_.]|$)/i.test(model)
  )
    return;
  reading.remark(`${model} sounds quantised already: if it is, say in what with --base`);
}

/** A file that can only be a training config: any YAML, and JSON with the keys of one. */
export function isTrainingConfig(path: string): boolean {
  if (!/\.(json|ya?ml)$/i.test(path) || !statSync(path, { throwIfNoEntry: false })?.isFile()) return false;
  if (!/\.json$/i.test(path)) return true;
  try {
    const content = readContent(path);
    return isRecord(content) && dialectOf(new Reading(content)) !== undefined;
  } catch {
    return false; // what cannot be read is reported as the model's config that it was taken for
  }
}

/** The tools read YAML 1.1, in which `yes` is true, and take the last of two equal keys. */
function readContent(path: string): unknown {
  return readYaml(path, "the training config", { version: "1.1", uniqueKeys: false });
}

function dialectOf(reading: Reading): Dialect | undefined {
  const has = (key: string): boolean => reading.raw(key) !== undefined;
  return (Object.keys(dialects) as Dialect[]).find((dialect) => {
    const { keys, besides } = dialects[dialect];
    return keys.some(has) && (besides?.some(has) ?? true);
  });
}

function unknownDialect(path: string, content: unknown): InputError {
  const lookedFor = Object.values(dialects).map(
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

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
