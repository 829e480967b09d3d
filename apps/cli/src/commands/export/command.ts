import { defineCommand } from "../../command.ts";
import { exportFormats } from "../../flags/choices.ts";
import { adapterArgument, model } from "../../flags/common-kinds.ts";
import { adapter, output } from "../../flags/headings.ts";
import * as k from "../../flags/kinds.ts";
import type { ValuesOf } from "../../flags/setting.ts";

// biome-ignore format: a row per line
const settings = [
  adapter("format", k.choice(exportFormats), "peft: a folder that most programs read; gguf: a file for llama.cpp and Ollama", { default: "peft" }),
  adapter("base", model, "with --format gguf: the base, of which the config is read", { default: "the one that the adapter names" }),
  adapter("keep-head", k.onOff, "keep the layers that were trained whole"),
  adapter("drop-head", k.onOff, "with --format gguf: leave them out, where the adapter is refused otherwise"),
  adapter("dtype", k.storedDtype, "with --format gguf: number format of A and B", { default: "fp32, in which they are" }),
  output("out", k.text("a folder, or a .gguf file", "path"), "where to write it", { short: "o", required: true }),
  output("force", k.onOff, "replace what is there"),
] as const;

export type ExportSettings = ValuesOf<(typeof settings)[number]>;

export const command = defineCommand({
  name: "export",
  group: "Models and adapters:",
  arguments: [adapterArgument],
  settings,
  summary: "write an adapter in the form that most programs read",
  description:
    "Write the same update for vLLM, llama.cpp's converter and PEFT alike: one rank for all layers, alpha = rank, " +
    "the scaling in B, float32, no trained head.\n" +
    "With --format gguf, write a LoRA file that llama.cpp and Ollama load beside the base's GGUF.",
  examples: [
    ["lorank export out/adapters/r16 -o portable", "an adapter for serving"],
    ["lorank export out/adapters/r16 --format gguf -o r16.gguf", "the same for llama.cpp"],
  ],
  load: () => import("./export.ts"),
});
