import { InputError } from "@lorank/core";
import { bert, roberta } from "./bert.ts";
import { distilbert } from "./distilbert.ts";
import type { Family } from "./family.ts";
import { gemma2, gemma3 } from "./gemma.ts";
import { gpt2 } from "./gpt2.ts";
import { llama } from "./llama.ts";
import { mistral } from "./mistral.ts";
import { phi3 } from "./phi3.ts";
import { qwen2, qwen3 } from "./qwen.ts";

/** Every supported `model_type`. Adding a family is one file and one row. */
const families: Readonly<Record<string, (config: Readonly<Record<string, unknown>>) => Family>> = {
  llama,
  mistral,
  qwen2,
  qwen3,
  gemma2,
  gemma3_text: gemma3,
  phi3,
  gpt2,
  bert,
  roberta,
  distilbert,
};

/** The `model_type`s that can be trained. */
export const supportedModelTypes: readonly string[] = Object.keys(families);

/** The family of a `config.json`. Throws E_MODEL_TYPE that lists what is supported, and E_CONFIG with every wrong field. */
export function familyOf(config: Readonly<Record<string, unknown>>): Family {
  const type = config.model_type;
  const make = typeof type === "string" && Object.hasOwn(families, type) ? families[type] : undefined;
  if (make) return make(config);
  throw new InputError(
    "E_MODEL_TYPE",
    `model_type must be one of ${supportedModelTypes.join(", ")}, got ${JSON.stringify(type) ?? "nothing"}`,
  );
}
