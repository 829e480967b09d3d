import type { Command } from "commander";
import { defaults } from "../defaults.ts";
import { withCommonFlags, withExamples } from "../help.ts";
import {
  computeOption,
  deviceOption,
  withAdapterFlags,
  withDataFlags,
  withTrainingFlags,
} from "./trial-flags.ts";

/** `lorank sweep`: its flags. A flag has the name of the file's key, so that either can be looked up by the other. */
export function addSweep(program: Command): void {
  const d = defaults;
  const command = program
    .command("sweep")
    .argument("[file]", "YAML file with the same keys as the flags; flags win over it")
    .summary("train the ranks on your data and decide which one to take")
    .description("Train every rank on the same data under paired seeds, and decide which one to take.");
  withDataFlags(command);
  command
    .optionsGroup("What is compared:")
    .option("--ranks <list>", `ranks (default: ${d.ranks.join(",")})`)
    .option("--seeds <n|list>", `how many seeds, or which ones: 1,2,3 (default: ${d.seeds})`)
    .option("--method <name>", `trials to run: grid (all), probe or race (fewer) (default: ${d.method})`)
    .option("--robustness", "4 more trials: does the rank decide, or the learning rate?")
    .option(
      "--metric <name>",
      `accuracy or log-loss (default: ${d.metric.classification}; of instructions ${d.metric["causal-lm"]})`,
    )
    .option("--margin <x>", "loss of quality that is still adequate (default: 0.01 accuracy or 0.02 nats)")
    .option("--confidence <p>", `of intervals and verdict (default: ${d.confidence})`);
  withTrainingFlags(withAdapterFlags(command), { auto: true });
  command
    .optionsGroup("Running:")
    .option("-o, --out <folder>", `results; the same command resumes them (default: ${d.out})`)
    .option("--jobs <n>", "trials side by side (default: cores / threads; 1 on a GPU)")
    .option("--threads <n>", `threads of one trial (default: ${d.threads})`)
    .addOption(deviceOption())
    .addOption(computeOption())
    .option(
      "--pack <n>",
      `trials that share a process and its base: auto (measured), off or how many (default: ${d.pack})`,
    )
    .option("--max-attempts <n>", `starts of a trial before it counts as failed (default: ${d.maxAttempts})`)
    .option("--extend", "add these ranks or seeds to the sweep in the folder, or go on with another method")
    .option("--require-conclusive", "exit with 4 if the verdict is inconclusive")
    .option("-n, --dry-run", "say what would run and stop");
  withExamples(withCommonFlags(command), [
    ["lorank sweep", "built-in model and e-mails, ranks 4, 8, 16, 32"],
    ["lorank sweep --data tickets.csv --label-column queue", "your own labelled texts"],
    ["lorank sweep --model org/name --scaling rslora --ranks 8,32", "a model on the hub"],
    ["lorank sweep sweep.yaml --ranks 2,4,8", "settings from a file, one of them replaced"],
    ["lorank sweep --method probe --seeds 10", "train the largest rank, predict the others, confirm one"],
    [
      "lorank sweep --learning-rate auto --epochs auto",
      "find rate and epochs first, on training texts alone",
    ],
    ["lorank sweep --ranks 64 --extend", "one more rank for the sweep that is there"],
    ["lorank sweep --dry-run", "trials and sizes, without running anything"],
  ]);
  command.action(async (file: string | undefined, flags: Record<string, unknown>) => {
    const { runSweepCommand } = await import("../sweep/command.ts");
    process.exitCode = await runSweepCommand(file, flags);
  });
}
