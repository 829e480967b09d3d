/** The tools whose config `lorank config` writes. No import here: help reads it. */
export const configTools = ["peft", "trl", "axolotl", "llama-factory", "unsloth", "torchtune"] as const;

export type ConfigTool = (typeof configTools)[number];
