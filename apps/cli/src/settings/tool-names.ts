/** Names of the training tools. Each reads and writes configs in `tools/`. No import here: a command's help reads it. */

/** Tools whose config is written, by the name that `--for` and `--json` have for each. */
export const toolNames = ["peft", "trl", "axolotl", "llama-factory", "unsloth", "torchtune"] as const;

export type ToolName = (typeof toolNames)[number];

/** Configs that `memory` reads, with the files' name where it is fixed. A test holds them against the tools. */
export const readableConfigs = [
  "PEFT (adapter_config.json)",
  "Axolotl",
  "LLaMA-Factory",
  "torchtune",
  "accelerate",
] as const;
