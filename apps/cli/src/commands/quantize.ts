import type { Command } from "commander";
import { defaults } from "../defaults.ts";
import { withCommonFlags, withExamples } from "../help.ts";

/** `lorank quantize`: its flags. */
export function addQuantize(program: Command): void {
  const command = program
    .command("quantize")
    .argument("<model>", "starter, a model folder, a .gguf file or a hub id")
    .summary("write a model in 4 bits, as bitsandbytes and transformers keep it")
    .description(
      "Writes the linear layers of all blocks in 4 bits, one tensor at a time, and says how far off each is.\n" +
        "Embeddings, norms, biases and heads stay as they are; config and tokenizer go along.",
    )
    .requiredOption("-o, --out <folder>", "where to write it")
    .option("--format <name>", "nf4 or fp4", "nf4")
    .option("--block-size <n>", "weights that share one absmax: 32, 64, … 4096", "64")
    .option("--double-quant", "keep the absmax values in 8 bits too: 4.13 bits a weight, not 4.5")
    .option("--keep-layers <list>", "blocks by number and layers by name that stay: 0,11,mlp.down_proj")
    .option(
      "--dtype <name>",
      "of all that stays: fp32, fp16 or bf16 (default: each its own; bf16 for a .gguf)",
    )
    .option("--force", "replace a model that is there")
    .option("--layers", "show every layer, largest error first, and not only kinds")
    .optionsGroup("Choosing layers to keep:")
    .option(
      "--budget <size>",
      "keep the layers that 4 bits would cost the model most, within so many bytes: 120MB, 1.5GiB",
    )
    .option("--data <data>", `measured on: a .csv, .tsv, .jsonl or .parquet file (default: ${defaults.data})`)
    .option("--examples <n>", "texts of it", "64")
    .option("--max-length <tokens>", "tokens of a text", String(defaults.maxLength.classification))
    .option("--threads <n>", "threads", "2");
  withExamples(withCommonFlags(command), [
    ["lorank quantize ./Llama-3.2-1B -o llama-nf4 --double-quant", "as QLoRA has it"],
    ["lorank quantize model.Q8_0.gguf -o model-nf4", "from another quantisation"],
    ["lorank quantize org/name -o nf4 --keep-layers 0,mlp.down_proj", "with a block and a kind left out"],
    [
      "lorank quantize org/name -o nf4 --budget 120MB --data mails.csv",
      "with what your texts need most left out",
    ],
  ]);
  command.action(async (model: string, flags: Record<string, string | boolean>) => {
    const { runQuantizeCommand } = await import("../quantize/command.ts");
    process.exitCode = await runQuantizeCommand(model, flags);
  });
}
