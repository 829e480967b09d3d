import type { Command } from "commander";
import { withCommonFlags, withExamples } from "../help.ts";
import { withMemoryFlags } from "../memory/flags.ts";

/** `lorank memory`: its flags. */
export function addMemory(program: Command): void {
  const command = program
    .command("memory")
    .argument(
      "[model]",
      "a name of --list, starter, a folder, a .gguf file, a hub id (org/name), a config.json, or a training config",
    )
    .summary("what each rank costs before you train")
    .description(
      "Peak memory of LoRA training by rank, with its parts: on a named stack, for a card, beside QLoRA and full " +
        "fine-tuning. An estimate with bounds and assumptions. Nothing but a model's config is fetched, of a built-in one nothing.",
    );
  command
    .option("--list", "print the models that are known without their files")
    .option(
      "--config <file>",
      "a config of PEFT (adapter_config.json), Axolotl, LLaMA-Factory or torchtune; flags win over it",
    );
  withCommonFlags(withMemoryFlags(command)).option("--svg <file>", "a picture of the peaks and their parts");
  withExamples(command, [
    ["lorank memory llama-3.1-8b --gpu 24GB", "does it fit, how far does it go, what to change"],
    [
      "lorank memory org/name --profile trl --micro-batch 4 --seq 2048",
      "under TRL's defaults, at that batch",
    ],
    ["lorank memory config.json --base nf4-dq --ranks 16,64", "QLoRA, from the config alone"],
    ["lorank memory qlora.yaml --ranks 8,32", "what an Axolotl config says, at other ranks"],
    ["lorank memory org/name --method compare --ranks 16", "LoRA, QLoRA and full fine-tuning side by side"],
    ["lorank memory org/name --gpu 24GB --svg memory.svg", "a picture, with a line where the card ends"],
    ["lorank memory starter --base fp32 --json", "the built-in model, for a program"],
  ]);
  command.action(async (model: string | undefined, flags: Record<string, string | boolean>) => {
    const { runMemoryCommand } = await import("../memory/command.ts");
    process.exitCode = await runMemoryCommand(model, flags);
  });
}
