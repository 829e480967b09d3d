import type { Command } from "commander";
import { withCommonFlags, withExamples } from "../help.ts";

/** `lorank merge`: its flags. */
export function addMerge(program: Command): void {
  const command = program
    .command("merge")
    .argument("<model>", "the base: starter, a model folder, a .gguf file or a hub id")
    .argument("<adapter>", "a PEFT adapter on it: its folder or hub id")
    .summary("fold an adapter into its base")
    .description(
      "Writes a model with the adapter's update in its weights, one tensor at a time.\n" +
        "Each tensor keeps its type; a trained head, config and tokenizer go along.",
    )
    .requiredOption("-o, --out <folder>", "where to write it")
    .option("--dtype <name>", "of all weights: fp32, fp16 or bf16 (default: each its own; fp32 for a .gguf)")
    .option("--force", "replace a model that is there");
  withExamples(withCommonFlags(command), [
    ["lorank merge ./Llama-3.2-1B out/adapters/r8 -o merged", "a model of its own"],
    ["lorank merge model.Q4_K.gguf out/adapters/r8 -o merged --dtype bf16", "from a quantised base"],
  ]);
  command.action(async (model: string, adapter: string, flags: Record<string, string | boolean>) => {
    const { runMergeCommand } = await import("../adapter/merge-command.ts");
    process.exitCode = await runMergeCommand(model, adapter, flags);
  });
}
