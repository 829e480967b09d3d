import type { Command } from "commander";
import { withCommonFlags, withExamples } from "../help.ts";

/** `lorank verdict`: its flags. */
export function addVerdict(program: Command): void {
  const command = program
    .command("verdict")
    .argument("<results>", "a sweep's folder, its results.json, or outcomes as .csv, .tsv or .jsonl")
    .summary("decide from a sweep's or any trainer's outcomes")
    .description(
      "Decide which rank the outcomes support.\n" +
        "Outcomes of any trainer have the columns rank,seed,example,correct and, if you have it, logLoss.",
    )
    .option("--metric <name>", "accuracy or log-loss (default: the sweep's, else accuracy)")
    .option(
      "--margin <x>",
      "loss of quality that is still adequate (default: the sweep's, else 0.01 or 0.02 nats)",
    )
    .option("--confidence <p>", "of intervals and verdict (default: the sweep's, else 0.95)")
    .option("--require-conclusive", "exit with 4 if the verdict is inconclusive");
  withExamples(withCommonFlags(command), [
    ["lorank verdict lorank-sweep", "the verdict of a sweep"],
    ["lorank verdict lorank-sweep --metric log-loss", "the same trials, judged on log loss"],
    ["lorank verdict outcomes.csv --margin 0.02", "outcomes that another trainer wrote"],
  ]);
  command.action(async (results: string, flags: Record<string, string | boolean>) => {
    const { runVerdictCommand } = await import("../results/verdict-command.ts");
    process.exitCode = runVerdictCommand(results, flags);
  });
}
