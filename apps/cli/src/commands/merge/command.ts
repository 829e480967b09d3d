import { defineCommand } from "../../command.ts";
import { folder } from "../../flags/common-kinds.ts";
import { adapter, output } from "../../flags/headings.ts";
import * as k from "../../flags/kinds.ts";
import { quantizations } from "../../flags/quantization.ts";
import type { ValuesOf } from "../../flags/setting.ts";

export const mergeWays = ["original", "dequantized"] as const;

// biome-ignore format: a row per line
const settings = [
  adapter("into", k.choice(mergeWays), "dequantized: what 4 bits leave of the base, on which a QLoRA adapter was trained", { default: "original" }),
  adapter("quantize", k.choice(quantizations), "the 4 bits that it was trained on", { default: "the model's, else those of the adapter's trial.json" }),
  adapter("dtype", k.storedDtype, "number format of all weights", { default: "each its own; fp32 for a .gguf" }),
  output("out", folder, "where to write it", { short: "o", required: true }),
  output("force", k.onOff, "replace what is there"),
] as const;

export type MergeSettings = ValuesOf<(typeof settings)[number]>;

export const command = defineCommand({
  name: "merge",
  group: "Models and adapters:",
  arguments: [
    ["<model>", "the base: starter, a model folder, a .gguf file or a hub id"],
    ["<adapter>", "a PEFT adapter on it: its folder or hub id"],
  ],
  settings,
  summary: "fold an adapter into its base",
  description:
    "Write a model with the adapter's update in its weights, one tensor at a time.\n" +
    "Each tensor keeps its type; a trained head, config and tokenizer go along.",
  examples: [
    ["lorank merge ./Llama-3.2-1B out/adapters/r8 -o merged", "a model of its own"],
    ["lorank merge model.Q4_K.gguf out/adapters/r8 -o merged --dtype bf16", "from a quantised base"],
    ["lorank merge ./Llama-3.2-1B qlora -o merged --into dequantized", "what a QLoRA adapter was trained on"],
  ],
  load: () => import("./merge.ts"),
});
