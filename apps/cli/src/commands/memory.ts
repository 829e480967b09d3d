import type { Command } from "commander";
import { withCommonFlags, withExamples } from "../help.ts";

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
      "What training each rank holds in memory whatever the batch: base, adapter, gradients, optimiser.\n" +
        "Activations are not included yet.",
    )
    .option("--list", "print the models that are known without their files")
    .option(
      "--config <file>",
      "a config of PEFT (adapter_config.json), Axolotl, LLaMA-Factory or torchtune; flags win over it",
    )
    .option("--ranks <list>", "ranks (default: the config's, else 4,8,16,32,64)")
    .option(
      "--targets <list>",
      "layers with an adapter, such as q_proj,v_proj (default: the config's, else all-linear)",
    )
    .option(
      "--base <format>",
      "of the frozen weights: fp32, bf16, fp16, int8, nf4 or nf4-dq (default: the config's, else bf16)",
    )
    .option(
      "--optimizer <name>",
      "adamw, adamw-8bit, lion, sgd or sgd-momentum (default: the config's, else adamw)",
    )
    .option("--labels <n>", "classes of a trained classification head (default: no such head)");
  withExamples(withCommonFlags(command), [
    ["lorank memory llama-3.1-8b --base nf4-dq", "a built-in model: no files, no network"],
    ["lorank memory ./Llama-3.2-1B", "ranks 4 to 64 on a base in bf16"],
    ["lorank memory org/name", "a model on the hub: its config alone is fetched"],
    ["lorank memory config.json --base nf4-dq --ranks 16,64", "QLoRA, from the config alone"],
    ["lorank memory qlora.yaml --ranks 8,32", "what an Axolotl config says, at other ranks"],
    ["lorank memory ./Llama-3.2-1B --config adapter_config.json", "a model under the config of an adapter"],
    ["lorank memory starter --base fp32 --json", "the built-in model, for a program"],
  ]);
  command.action(async (model: string | undefined, flags: Record<string, string | boolean>) => {
    const { runMemoryCommand } = await import("../memory/command.ts");
    process.exitCode = await runMemoryCommand(model, flags);
  });
}
