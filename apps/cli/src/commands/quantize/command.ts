import { defineCommand } from "../../command.ts";
import { defaults as d } from "../../defaults.ts";
import { folder } from "../../flags/common-kinds.ts";
import { output } from "../../flags/headings.ts";
import * as k from "../../flags/kinds.ts";
import { under, type ValuesOf } from "../../flags/setting.ts";

const bits = under("4 bits:");

// biome-ignore format: a row per line
export const settings = [
  bits("format", k.choice(["nf4", "fp4"]), "4-bit number format", { default: d.quantized.format }),
  bits("block-size", k.blockSize, "weights that share one absmax", { default: d.quantized.blockSize }),
  bits("double-quant", k.onOff, "keep the absmax values in 8 bits too: 4.13 bits a weight, not 4.5"),
  bits("keep-layers", k.blocksAndLayers, "blocks by number and layers by name that are not quantised: 0,11,mlp.down_proj"),
  bits("dtype", k.storedDtype, "number format of all that is not quantised", { default: "each its own; bf16 for a .gguf" }),
  bits("layers", k.onOff, "show every layer, largest error first, and not only kinds"),
  output("out", folder, "where to write it", { short: "o", required: true }),
  output("force", k.onOff, "replace what is there"),
] as const;

export type QuantizeSettings = ValuesOf<(typeof settings)[number]>;

export const command = defineCommand({
  name: "quantize",
  group: "Models and adapters:",
  arguments: [["<model>", "starter, a model folder, a .gguf file or a hub id"]],
  settings,
  summary: "write a model in 4 bits, as bitsandbytes and transformers keep it",
  description:
    "Write the linear layers of all blocks in 4 bits, one tensor at a time, and say how far off each is.\n" +
    "Embeddings, norms, biases and heads stay as they are; config and tokenizer go along.",
  examples: [
    ["lorank quantize ./Llama-3.2-1B -o llama-nf4 --double-quant", "as QLoRA has it"],
    ["lorank quantize model.Q8_0.gguf -o model-nf4", "from another quantisation"],
    ["lorank quantize org/name -o nf4 --keep-layers 0,mlp.down_proj", "with a block and a kind left out"],
  ],
  load: () => import("./quantize.ts"),
});
