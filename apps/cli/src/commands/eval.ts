import type { Command } from "commander";
import { defaults } from "../defaults.ts";
import { withCommonFlags, withExamples } from "../help.ts";
import { computeOption, deviceOption, quantizeOption } from "./trial-flags.ts";

/** `lorank eval`: its flags. */
export function addEval(program: Command): void {
  const command = program
    .command("eval")
    .argument("[model]", "starter, a model folder, a .gguf file or a hub id (also: --model)")
    .summary("loss and accuracy of a model, with or without an adapter")
    .description(
      "Evaluate a base, or a base with an adapter, on texts or on token ids.\n" +
        "With --tensors it reads input_ids, attention_mask and labels as transformers takes them, and writes the logits, " +
        "the loss and, with --gradients, the gradient of every adapter tensor under its PEFT key. No tokenizer is needed.",
    )
    .optionsGroup("Model:")
    .option("--model <model>", "the same as the argument")
    .option("--adapter <adapter>", "a PEFT folder or a hub id (default: the base alone)")
    .addOption(quantizeOption())
    .option(
      "--task <task>",
      "classification, instruction or causal-lm, which is the same (default: the adapter's, else by the data)",
    )
    .optionsGroup("Token ids:")
    .option("--tensors <file>", "safetensors with input_ids and, if you have them, attention_mask and labels")
    .option("--gradients", "write the gradients of the loss too")
    .optionsGroup("Texts:")
    .option(
      "--data <data>",
      `spam-assassin, or a .csv, .tsv, .jsonl or .parquet file (default: ${defaults.data})`,
    )
    .option("--split <name>", "train, validation or test (default: all rows; of spam-assassin, validation)")
    .option("--text-column <name>", "column with the text (default: guessed)")
    .option("--label-column <name>", "column with the class (default: guessed)")
    .option(
      "--labels <list>",
      "the classes in the head's order (default: the adapter's trial.json, else guessed)",
    )
    .option("--prompt-column <name>", "column with the prompt (default: guessed)")
    .option("--response-column <name>", "column with the response (default: guessed)")
    .option("--messages-column <name>", "column with a conversation (default: guessed)")
    .option("--template <text>", "a text with {prompt} and {response} (default: the model's chat template)")
    .option("--max-length <tokens>", "tokens of a text that are read (default: 96, or 512 with responses)")
    .optionsGroup("Running:")
    .option(
      "-o, --out <file>",
      "with --tensors: safetensors with logits and loss; with texts: one JSON line each",
    )
    .option("--threads <n>", "threads", "2")
    .addOption(deviceOption())
    .addOption(computeOption());
  withExamples(withCommonFlags(command), [
    ["lorank eval starter --adapter lorank-sweep/adapters/r8 --data test.csv", "on texts of your own"],
    [
      "lorank eval ./model --adapter ./adapter --tensors in.safetensors --out out.safetensors",
      "on token ids",
    ],
  ]);
  command.action(async (model: string | undefined, flags: Record<string, string | boolean>) => {
    const { runEvalCommand } = await import("../eval/command.ts");
    process.exitCode = await runEvalCommand(model, flags);
  });
}
