import type { Command } from "commander";
import { defaults } from "../defaults.ts";
import { withCommonFlags, withExamples } from "../help.ts";

/** `lorank sweep`: its flags. A flag has the name of the file's key, so that either can be looked up by the other. */
export function addSweep(program: Command): void {
  const d = defaults;
  const command = program
    .command("sweep")
    .argument("[file]", "YAML file with the same keys as the flags; flags win over it")
    .summary("train the ranks on your data and decide which one to take")
    .description("Train every rank on the same data under paired seeds, and decide which one to take.")
    .optionsGroup("Model and data:")
    .option("--model <model>", `starter, or a model folder (default: ${d.model})`)
    .option(
      "--base <weights>",
      `pretrained, or random: the same shapes without knowledge (default: ${d.base})`,
    )
    .option("--data <data>", `spam-assassin, or a .csv, .tsv or .jsonl file (default: ${d.data})`)
    .option("--text-column <name>", "column with the text (default: guessed and said)")
    .option("--label-column <name>", "column with the class (default: guessed and said)")
    .option("--train-examples <n>", `training texts (default: ${d.trainExamples}; of a file, all)`)
    .option(
      "--validation-examples <n>",
      `validation texts (default: ${d.validationExamples}; of a file, all)`,
    )
    .option("--max-length <tokens>", `tokens of a text that are read (default: ${d.maxLength})`)
    .optionsGroup("What is compared:")
    .option("--ranks <list>", `ranks (default: ${d.ranks.join(",")})`)
    .option("--seeds <n|list>", `how many seeds, or which ones: 1,2,3 (default: ${d.seeds})`)
    .option("--metric <name>", `accuracy or log-loss (default: ${d.metric})`)
    .option("--margin <x>", "loss of quality that is still adequate (default: 0.01 accuracy or 0.02 nats)")
    .option("--confidence <p>", `of intervals and verdict (default: ${d.confidence})`)
    .optionsGroup("Adapter:")
    .option("--alpha <x|rank>", `size of the update; "rank" lets it grow with the rank (default: ${d.alpha})`)
    .option("--scaling <rule>", `lora: alpha/rank, rslora: alpha/√rank (default: ${d.scaling})`)
    .option("--dropout <p>", `on the adapter's input (default: ${d.dropout})`)
    .option("--targets <list>", `layers with an adapter, such as q_proj,v_proj (default: ${d.targets})`)
    .optionsGroup("Training:")
    .option("--learning-rate <x>", `of AdamW (default: ${d.learningRate})`)
    .option("--schedule <name>", `constant, linear or cosine (default: ${d.schedule})`)
    .option("--warmup <share>", `share of the steps (default: ${d.warmup})`)
    .option("--epochs <n>", `passes over the training texts (default: ${d.epochs})`)
    .option("--batch-size <n>", `texts in one step (default: ${d.batchSize})`)
    .option("--micro-batch <n>", `texts in one pass through the model (default: ${d.microBatch})`)
    .option("--weight-decay <x>", `of AdamW (default: ${d.weightDecay})`)
    .option("--clip <norm>", `largest gradient norm, 0 for none (default: ${d.clip})`)
    .optionsGroup("Running:")
    .option("-o, --out <folder>", `results; the same command resumes them (default: ${d.out})`)
    .option("--jobs <n>", "trials side by side (default: cores / threads)")
    .option("--threads <n>", `threads of one trial (default: ${d.threads})`)
    .option("--max-attempts <n>", `starts of a trial before it counts as failed (default: ${d.maxAttempts})`)
    .option("--extend", "add these ranks or seeds to the sweep in the folder")
    .option("--require-conclusive", "exit with 4 if the verdict is inconclusive")
    .option("-n, --dry-run", "say what would run and stop");
  withExamples(withCommonFlags(command), [
    ["lorank sweep", "built-in model and e-mails, ranks 4, 8, 16, 32"],
    ["lorank sweep --data tickets.csv --label-column queue", "your own labelled texts"],
    ["lorank sweep sweep.yaml --ranks 2,4,8", "settings from a file, one of them replaced"],
    ["lorank sweep --ranks 64 --extend", "one more rank for the sweep that is there"],
    ["lorank sweep --dry-run", "trials and sizes, without running anything"],
  ]);
  command.action(async (file: string | undefined, flags: Record<string, unknown>) => {
    const { runSweepCommand } = await import("../sweep/command.ts");
    process.exitCode = await runSweepCommand(file, flags);
  });
}
