import type { Command } from "commander";
import { defaults } from "../defaults.ts";
import { withCommonFlags, withExamples } from "../help.ts";
import {
  withAdapterFlags,
  withDataFlags,
  withGridFlags,
  withMachineFlags,
  withTestFlags,
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
  withTrainingFlags(withAdapterFlags(withGridFlags(withTestFlags(withDataFlags(command)))), { auto: true });
  command
    .optionsGroup("Running:")
    .option("-o, --out <folder>", `results; the same command resumes them (default: ${d.out})`);
  withMachineFlags(command)
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
