import type { Command } from "commander";
import { defaults as d } from "../defaults.ts";
import { withCommonFlags, withExamples } from "../help.ts";
import {
  computeOption,
  deviceOption,
  withAdapterFlags,
  withDataFlags,
  withTrainingFlags,
} from "./trial-flags.ts";

/** `lorank train`: its flags. */
export function addTrain(program: Command): void {
  const command = program
    .command("train")
    .argument("[file]", "YAML file of a sweep; its ranks, seeds and other settings of a grid are passed over")
    .summary("train one adapter and evaluate it")
    .description("Train one adapter on your data, evaluate it, and write it as a PEFT folder.")
    .option("--rank <n>", `inner size of A and B (default: ${d.rank})`)
    .option("--seed <n>", `of the initial A, the head and the order of the texts (default: ${d.seed})`);
  withDataFlags(command);
  withTrainingFlags(withAdapterFlags(command));
  command
    .optionsGroup("Running:")
    .option("-o, --out <folder>", `a new PEFT folder (default: ${d.adapterOut})`)
    .option("--force", "replace an adapter that is there")
    .option("--threads <n>", "threads (default: all cores); changes times, not results")
    .addOption(deviceOption())
    .addOption(computeOption());
  withExamples(withCommonFlags(command), [
    ["lorank train --data tickets.csv --rank 16 -o tickets", "one adapter on your own labelled texts"],
    ["lorank train sweep.yaml --rank 8", "the settings of a sweep, one rank of it"],
    ["lorank train --dora --lora-plus 16", "DoRA, and B 16 times as fast as A"],
  ]);
  command.action(async (file: string | undefined, flags: Record<string, unknown>) => {
    const { runTrainCommand } = await import("../train/command.ts");
    process.exitCode = await runTrainCommand(file, flags);
  });
}
