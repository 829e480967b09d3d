import type { Command } from "commander";
import { withCommonFlags, withExamples } from "../help.ts";
import {
  withAdapterFlags,
  withDataFlags,
  withGridFlags,
  withMachineFlags,
  withTestFlags,
  withTrainingFlags,
} from "./trial-flags.ts";

/** `lorank plan`: the flags of a sweep, and what is asked of it. */
export function addPlan(program: Command): void {
  const command = program
    .command("plan")
    .argument("[file]", "the YAML file of the sweep; flags win over it")
    .summary("what a sweep can show and what it costs, before it is run")
    .description(
      "Say before any training what difference this data set can detect at this many seeds, how many examples and " +
        "seeds a margin needs, and what the sweep takes in trials, time, memory and disk. Writes nothing.",
    )
    .option("--power <p>", "probability to find or certify what is there (default: 0.8)")
    .option("--results <path>", "runs to learn from: a sweep's folder, finished or not, or outcomes as .csv")
    .option("--measure", "time a few steps of the smallest and the largest rank")
    .option("--examples <n>", "evaluation examples of another trainer: the statistics alone");
  withMachineFlags(withTrainingFlags(withAdapterFlags(withGridFlags(withTestFlags(withDataFlags(command))))));
  withExamples(withCommonFlags(command), [
    ["lorank plan --data tickets.csv", "what these texts can show, and what the sweep costs"],
    ["lorank plan sweep.yaml --measure", "with the time, from a few steps"],
    ["lorank plan --results lorank-sweep", "again, after a first seed: what was observed"],
    ["lorank plan --examples 872 --seeds 3 --margin 0.01", "for any trainer: the statistics alone"],
    ["lorank plan --results outcomes.csv --seeds 10", "from outcomes that another trainer wrote"],
  ]);
  command.action(async (file: string | undefined, flags: Record<string, unknown>) => {
    const { runPlanCommand } = await import("../plan/command.ts");
    process.exitCode = await runPlanCommand(file, flags);
  });
}
